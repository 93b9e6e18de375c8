var k,xn,xo,ye,wo,Tt,En,Et,Sn,Eo,ko,Gi,et=Symbol.for("pv"),Ot={},Ct=[],Wi=/^m(i|n|o|s|text|space)$/,So=Array.isArray,To=Ct.
slice,Oe=Object.assign;function Te(e){e&&e.parentNode&&e.remove()}function At(e,t,o){var n,i,r,s={},l=arguments.length;for(r in t)
r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:s[r]=t[r];return l>2&&(s.children=l>3?To.call(arguments,2):o),Ze(e,
s,n,i,null)}function Ze(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:et,__v:i||
++xn,__i:-1,__u:0};return!i&&k.vnode&&k.vnode(r),r}function Ce(e){return e.children}function Ne(e,t){this.props=e,this.context=t,this.__g=0}function be(e,t){if(t==null)return e.
__&&be(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||
e.props.__P?null:be(e)}function Vi(e){var t,o=e.__v,n=o.__e,i=[],r=[],s=e.__P;s&&((t=Oe({constructor:et},o)).__v=o.__v+1,
k.vnode&&k.vnode(t),Oo(s,t,o,e.__n,s.namespaceURI,32&o.__u?[n]:null,i,n||be(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,
Pn(i,t,r),o.__=o.__e=null,t.__e!=n&&Tn(t))}function Tn(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),Tn(e)}function wn(e){(8&e.__g||(e.__g|=8,ye.push(e),Tt++))&&wo==k.debounceRendering||
((wo=k.debounceRendering)||queueMicrotask)(On)}function On(){try{for(var e,t=1;ye.length;)ye.length>t&&ye.sort(En),e=ye.
shift(),t=ye.length,8&e.__g&&Vi(e)}finally{(Tt=ye.length)&&(wo||queueMicrotask)(On)}}function Cn(e,t,o,n,i,r,s,l,p,d,c){
var m,h,f,_,R,x,T=n.__k||Ct,w=t.length;for(p=Ki(o,t,T,p,w),m=0;m<w;m++)(f=o.__k[m])!=null&&(h=~f.__i&&T[f.__i]||Ot,f.__i=
m,x=Oo(e,f,h,i,r,s,l,p,d,c),_=f.__e,(h.ref!=f.ref||8&h.__u)&&(h.ref&&Co(h.ref,null,f,h),f.ref&&c.push(f.ref,f.__c||_,f)),
R=R||_,4&f.__u?(p=An(f,p,e,!h.__v),h.__e&&(h.__e=null)):typeof f.type=="function"&&x!==void 0?p=x:_&&(p=_.nextSibling),f.
__u&=-21);return o.__e=R,p}function Ki(e,t,o,n,i){var r,s,l,p,d,c,m,h,f,_=o.length,R=_,x=0,T=0,w=e.__k=Array(i);for(r=0;r<
i;r++)(s=t[r])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=w[r]=Ze(null,
s):So(s)?s=w[r]=Ze(Ce,{children:s}):s.constructor===et&&s.__b?s=w[r]=Ze(s.type,s.props,s.key,s.ref,s.__v):w[r]=s,p=r+x,s.
__=e,s.__b=e.__b+1,l=null,~(d=s.__i=Ji(s,o,p,R))&&(R--,(l=o[d])&&(l.__u|=2)),l&&l.__v?(s.__u|=16,d==p-1?x--:d==p+1?x++:d!=
p&&(d>p?x--:x++,T=1)):(~d||(i>_?x--:i<_&&x++),typeof s.type!="function"&&(s.__u|=4))):w[r]=null;if(T){for(c=[],m=[],r=0;r<
i;r++)if((s=w[r])&&16&s.__u){for(x=0,h=c.length;x<h;)c[f=x+h>>1]<s.__i?x=f+1:h=f;c[x]=s.__i,m[r]=x+1}for(x=c.length;r--;)
m[r]&&(m[r]==x?x--:w[r].__u|=4)}if(R)for(r=0;r<_;r++)!(l=o[r])||2&l.__u||(l.__e==n&&(n=be(l)),Ao(l,l));return n}function An(e,t,o,n){
var i,r,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=An(
i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=be(e))&&!t.parentNode&&(t=null),s=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(s!=l&&(!n&&o.moveBefore&&s.parentNode?o.moveBefore(s,t):o.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Ji(e,t,o,n){var i,r=e.key,s=e.type,l=t[o],p=l&&!(2&l.__u);if(l===null&&r==null||p&&r==l.key&&s==l.type)return o;
if(n>(p?1:0)){for(i=o-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&s==l.type)return i;for(i=o+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&s==l.type)return i}return-1}function kn(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}
function xt(e,t,o,n,i){var r,s;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.
cssText=n=""),n)for(t in n)o&&t in o||kn(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||kn(e.style,t,o[t])}else if(t[0]=="o"&&
t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(s=ko[t]||(ko[t]=
Qi(t)),(e.__a||(e.__a={}))[t]=Eo,r=t!=(t=t.replace(Sn,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(
t,s,r):e.removeEventListener(t,s,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Qi(e){return function(t){var o=this.
__e;if(o){if(o=o[e],t[Et]==null)t[Et]=Eo++;else if(t[Et]<this.__a[e])return;return o(k.event?k.event(t):t)}}}function Oo(e,t,o,n,i,r,s,l,p,d){
var c,m,h,f,_,R,x,T,w,L,A,bo,yn,kt,Ee,bn,ge,Se,he=t.type;if(t.constructor!==et)return null;128&o.__u&&(p=32&o.__u,c=o.__c.
__z)&&(t.__u|=p,m=r=[],c.nodeType==8?l=St(c,r):r.push(c),l=r[0]||l),(c=k.__b)&&c(t);e:if(typeof he=="function"){h=s.length;
try{if(T=t.props,w=(c=he.prototype)&&c.render,L=(c=he.contextType)&&n[c.__c],A=c?L?L.props.value:c.__:n,(f=o.__c)?(t.__c=
f,2&f.__g&&(f.__g|=1)):(w?t.__c=f=new he(T,A):(t.__c=f=new Ne(T,A),f.constructor=he,f.render=Xi),L&&L.sub(f),f.state||(f.
state={}),f.__n=n,f.__g|=8,f.__h=[],f.__k=[]),w&&(f.__s||(f.__s=f.state),he.getDerivedStateFromProps&&(f.__s==f.state&&(f.
__s=Oe({},f.__s)),Oe(f.__s,he.getDerivedStateFromProps(T,f.__s)))),_=f.props,R=f.state,f.__v=t,o.__c){if(T!==_&&w&&!he.getDerivedStateFromProps&&
f.componentWillReceiveProps&&f.componentWillReceiveProps(T,A),t.__v==o.__v&&!(8&f.__g)||!(4&f.__g)&&f.shouldComponentUpdate&&
f.shouldComponentUpdate(T,f.__s,A)===!1){t.__v!=o.__v&&(f.props=T,f.state=f.__s,f.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.
some(function(J){J&&(J.__=t)}),Ct.push.apply(f.__h,f.__k),f.__k=[],f.__h.length&&s.push(f),l=be(o);break e}f.componentWillUpdate&&
f.componentWillUpdate(T,f.__s,A),w&&f.componentDidUpdate&&f.__h.push(function(){f.componentDidUpdate(_,R,x)})}else w&&!he.
getDerivedStateFromProps&&f.componentWillMount&&f.componentWillMount(),w&&f.componentDidMount&&f.__h.push(f.componentDidMount);
f.context=A,f.props=T,f.__P=e,f.__g&=-5,bo=k.__r,yn=w?25:0;do f.__g&=-9,bo&&bo(t),c=f.render(f.props,f.state=f.__s,f.context);while(8&
f.__g&&++yn<25);w&&(Ct.push.apply(f.__h,f.__k),f.__k=[]),f.state=f.__s,f.getChildContext&&(n=Oe({},n,f.getChildContext())),
w&&o.__c&&f.getSnapshotBeforeUpdate&&(x=f.getSnapshotBeforeUpdate(_,R)),kt=c&&c.type===Ce&&c.key==null?c.props.children:
c,T.__P&&(c=l,i=(e=T.__P).namespaceURI,p=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(J){J&&Ao(J,J)}),o.__k=null),
l=o.__k?be(o,0):null),l=Cn(e,So(kt)?kt:[kt],t,o,n,i,r,s,l,p,d),T.__P&&(t.__e=null,l=c),t.__u&=-161,m&&m.some(Te),f.__h.length&&
s.push(f),1&f.__g&&(f.__g&=-4)}catch(J){if(s.length=h,t.__v=null,p||r)if(J&&J.then){if(t.__u|=128|p,r){for(~(ge=r.indexOf(
l||void 0))||(ge=r.length);(Se=r[ge-1])&&Se.nodeType==8;)ge--;for(;ge<r.length;ge++)if(Se=r[ge])if(r[ge]=null,Ee){if(Se==
bn)break}else{if(Se.nodeType!=8)break;Se.data.startsWith("$s")&&(bn=St(Ee=Se))}}if(!Ee){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;Ee=l}(c=St(Ee=t.__c.__z||(t.__c.__z=Ee)))?(t.__e=Ee,l=c):t.__e=l,l=l&&l.nextSibling}else r&&r.some(Te);else
t.__e=o.__e;t.__k||(t.__k=o.__k||[]),J&&J.then||Mn(t),k.__e(J,t,o)}}else l=t.__e=Yi(o.__e,t,o,n,i,r,s,p,d,e);return(c=k.
diffed)&&c(t),l}function St(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function Mn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(Mn))}function Pn(e,t,o){for(var n=0;n<o.length;)Co(o[n++],o[n++],o[n++]);k.__c&&k.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){k.__e(r,i.__v)}})}function Yi(e,t,o,n,i,r,s,l,p,d){
var c,m,h,f,_,R,x,T,w=o.props||Ot,L=t.props,A=t.type;if(A=="svg"?i="http://www.w3.org/2000/svg":A=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if((_=r[c])&&(A?_.localName==A:
_.nodeType==3)){e=_,r[c]=null;break}}if(!e){if(T=d.ownerDocument||document,!A)return T.createTextNode(L);e=T.createElementNS(
i,A,L.is?L:d),l&&(k.__m&&k.__m(t,r),l=!1),r=null}if(A){if(d=A=="template"&&e.content||e,r=A=="textarea"&&L.defaultValue!=
null?null:r&&To.call(d.childNodes),!l&&r)for(w={},c=0;c<e.attributes.length;c++)w[(_=e.attributes[c]).name]=_.value;for(c in w)
_=w[c],c=="dangerouslySetInnerHTML"?h=_:c=="children"||c in L||c=="value"&&"defaultValue"in L||c=="checked"&&"defaultChe\
cked"in L||xt(e,c,null,_,i);for(c in L)_=L[c],c=="children"?f=_:c=="dangerouslySetInnerHTML"?m=_:c=="value"?R=_:c=="chec\
ked"?x=_:l&&typeof _!="function"||w[c]===_||xt(e,c,_,w[c],i);m?(l||h&&(m.__html==h.__html||m.__html==e.innerHTML)||(e.innerHTML=
m.__html),t.__k=[]):(h&&(e.textContent=""),(A=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Wi.test(A))&&(i=
"http://www.w3.org/1999/xhtml"),Cn(d,So(f)?f:[f],t,o,n,i,r,s,r?r[0]:o.__k&&be(o,0),l,p),r&&r.some(Te)),l&&A!="textarea"||
(c="value",A=="progress"&&R==null?e.removeAttribute(c):R==null||R===e[c]&&(A!="progress"||R)||xt(e,c,R,w[c],i),c="checke\
d",x!=null&&x!=e[c]&&xt(e,c,x,w[c],i))}else w===L||l&&e.data==L||(e.data=L);return e}function Co(e,t,o,n){try{typeof e==
"function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
k.__e(i,o)}}function Ao(e,t,o){var n,i,r,s;if(k.unmount&&k.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Co(n,null,
t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(l){k.__e(l,t)}n.__P=n.__n=null}if(n=e.__k)for(s=
0;s<n.length;s++)n[s]&&Ao(n[s],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=St(n,r=[]))&&(n==
e.__e&&r.some(Te),Te(i),Te(n)),o||Te(e.__e),e.__e=e.__c=e.__=null}function Xi(e,t,o){return this.constructor(e,o)}function In(e,t){
var o,n,i,r;k.__&&k.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Ze(Ce,{children:[e]}),
i=[],r=[],Oo(t,t.__k,n||Ot,Ot,t.namespaceURI,n?null:t.firstChild?To.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),
Pn(i,t.__k,r),t.__k.props.children=null}k={__e:function(e,t,o,n){for(var i,r,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),s=1),s&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw Tt=0,e}},xn=0,xo=function(e){return e!=null&&e.constructor===et},Ne.prototype.setState=function(e,t){
var o=this.__s;o&&o!=this.state||(o=this.__s=Oe({},this.state)),typeof e=="function"&&(e=e(Oe({},o),this.props)),e&&(Oe(
o,e),this.__v&&(t&&this.__k.push(t),wn(this)))},Ne.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),wn(this))},Ne.prototype.render=Ce,ye=[],Tt=0,En=function(e,t){return e.__v.__b-t.__v.__b},Et=Symbol(),Sn=/(PointerCapture)$|Capture$/i,
Eo=0,ko={},Gi=0;var ot,I,Mo,Dn,Po=Object.is,Mt=0,qn=[],Io=[],P=k,Nn=P.__b,Rn=P.__r,Ln=P.diffed,Un=P.__c,jn=P.unmount,zn=P.__;function No(e,t){
P.__h&&P.__h(I,e,Mt||t),Mt=0;var o=I.__H||(I.__H={__:[],__h:[]});return e>=o.__.length&&o.__.push({}),o.__[e]}function Z(e){
return Mt=1,Zi(Gn,e)}function Zi(e,t,o){var n=No(ot++,2);if(n.t=e,!n.__c&&(n.__=[o?o(t):Gn(void 0,t),function(r){var s=(n.
__N||n.__)[0],l=n.t(s,r);Po(s,l)||(n.__N=[l,n.__[1]],n.__c.setState({}))}],n.__c=I,!I.__f)){I.__f=!0;var i=I.shouldComponentUpdate;
I.shouldComponentUpdate=function(r,s,l){var p=this.__H;if(!p)return!0;var d=!1,c=this.props!=r;if(p.__.some(function(h){
h.__N&&(d=!0,Po(h.__[0],h.__N[0])||(c=!0))}),i){var m=i.call(this,r,s,l);return d?m||c:m}return!d||c}}return n.__}function Q(e,t){
var o=No(ot++,3);!P.__s&&Hn(o.__H,t)&&(o.__P=!0,o.__=e,o.u=t,I.__H.__h.push(o))}function Ro(e){return Mt=5,Pt(function(){return{current:e}},[])}function Pt(e,t){var o=No(ot++,7);return Hn(o.__H,t)&&(o.__=e(),o.__H=t),o.__}function ea(){var e;do{for(;e=Io.shift();)try{tt(e)}catch(o){P.__e(o,{__:(e=e.__P)&&e.__v})}for(;e=qn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(tt),t.__h.some(Do),t.__h=[]}catch(o){t.__h=[],P.__e(o,e.__v)}}}while(Io.length)}P.__b=function(e){
I=null,Nn&&Nn(e)},P.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),zn&&zn(e,t)},P.__r=function(e){Rn&&Rn(e),ot=
0;var t=(I=e.__c).__H;t&&(Mo==I?I.__h=[]:(t.__h.some(tt),t.__h.some(Do),ot=0),t.__h=[],t.__.some(function(o){o.__N&&(o.__=
o.__N),o.u=o.__N=void 0})),Mo=I},P.diffed=function(e){Ln&&Ln(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Bn(qn.push(t)),
t.__H.__.some(function(o){o.u&&(o.__H=o.u)})),Mo=I=null},P.__c=function(e,t){t.some(function(o){try{o.__h.some(tt),o.__h=
o.__h.filter(function(n){return!n.__||Do(n)})}catch(n){o.__h=[function(){throw n}]}}),Un&&Un(e,t)},P.unmount=function(e){
jn&&jn(e);var t,o,n=e.__c;n&&n.__H&&(n.__H.__.some(function(i){try{if(i.__P&&i.__c){if(o===void 0){for(o=e.__;o&&(!o.__c||
!o.__c.__P);)o=o.__;o=o&&o.__c}i.__P=o,Bn(Io.push(i))}else tt(i)}catch(r){t=r}}),n.__H=void 0,t&&P.__e(t,n.__v))};var Fn=typeof requestAnimationFrame==
"function";function ta(e){var t,o=function(){clearTimeout(n),Fn&&cancelAnimationFrame(t),setTimeout(e)},n=setTimeout(o,35);
Fn&&(t=requestAnimationFrame(o))}function Bn(e){e!=1&&Dn==P.requestAnimationFrame||((Dn=P.requestAnimationFrame)||ta)(ea)}
function tt(e){var t=I,o=e.__c;typeof o=="function"&&(e.__c=void 0,o()),I=t}function Do(e){var t=I;e.__c=e.__(),I=t}function Hn(e,t){
return!e||e.length!=t.length||t.some(function(o,n){return!Po(o,e[n])})}function Gn(e,t){return typeof t=="function"?t(e):
t}var oa=Symbol.for("preact-signals");function Rt(){if(ve>1)ve--;else{var e,t=!1;for((function(){var i=Dt;for(Dt=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var s=r.t;s!==void 0;s=s.x)s.i===i.i&&(s.i=r.i);i=i.o}})();rt!==void 0;){var o=rt;for(rt=
void 0,It++;o!==void 0;){var n=o.u;if(o.u=void 0,o.f&=-3,!(8&o.f)&&Vn(o))try{o.c()}catch(i){t||(e=i,t=!0)}o=n}}if(It=0,ve--,
t)throw e}}function Uo(e){if(ve>0)return e();Lo=++na,ve++;try{return e()}finally{Rt()}}var nt,E=void 0;function it(e){var t=E,
o=nt;E=void 0,nt=void 0;try{return e()}finally{E=t,nt=o}}var rt=void 0,ve=0,It=0,na=0,Lo=0,Dt=void 0,Nt=0;function Wn(e){
if(E!==void 0){var t=e.n;if(t===void 0||t.t!==E)return t={i:0,S:e,p:E.s,n:void 0,t:E,e:void 0,x:void 0,r:t},E.s!==void 0&&
(E.s.n=t),E.s=t,e.n=t,32&E.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=E.
s,t.n=void 0,E.s.n=t,E.s=t),t}}function D(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}D.prototype.brand=oa;D.prototype.h=function(){return!0};D.prototype.S=function(e){
var t=this,o=this.t;o!==e&&e.e===void 0&&(e.x=o,this.t=e,o!==void 0?o.e=e:it(function(){var n;(n=t.W)==null||n.call(t)}))};
D.prototype.U=function(e){var t=this;if(this.t!==void 0){var o=e.e,n=e.x;o!==void 0&&(o.x=n,e.e=void 0),n!==void 0&&(n.e=
o,e.x=void 0),e===this.t&&(this.t=n,n===void 0&&it(function(){var i;(i=t.Z)==null||i.call(t)}))}};D.prototype.subscribe=
function(e){var t=this;return G(function(){var o=t.value;it(function(){return e(o)})},{name:"sub"})};D.prototype.valueOf=
function(){return this.value};D.prototype.toString=function(){return this.value+""};D.prototype.toJSON=function(){return this.
value};D.prototype.peek=function(){var e=this;return it(function(){return e.value})};Object.defineProperty(D.prototype,"\
value",{get:function(){var e=Wn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(It>100)throw new Error(
"Cycle detected");(function(o){ve!==0&&It===0&&o.l!==Lo&&(o.l=Lo,Dt={S:o,v:o.v,i:o.i,o:Dt})})(this),this.v=e,this.i++,Nt++,
ve++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Rt()}}}});function v(e,t){return new D(e,t)}function Vn(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Kn(e){for(var t=e.s;t!==void 0;t=t.n){
var o=t.S.n;if(o!==void 0&&(t.r=o),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function Jn(e){for(var t=e.s,o=void 0;t!==
void 0;){var n=t.p;t.i===-1?(t.S.U(t),n!==void 0&&(n.n=t.n),t.n!==void 0&&(t.n.p=n)):o=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=n}e.s=o}function Ae(e,t){D.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Nt-1,this.f=4}Ae.prototype=new D;Ae.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Nt))return!0;if(this.g=Nt,this.f|=
1,this.i>0&&!Vn(this))return this.f&=-2,!0;var e=E;try{Kn(this),E=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(o){this.v=o,this.f|=16,this.i++}return E=e,Jn(this),this.f&=-2,!0};Ae.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}D.prototype.S.call(this,e)};Ae.prototype.
U=function(e){if(this.t!==void 0&&(D.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};Ae.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
Ae.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=Wn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function ee(e,t){return new Ae(e,t)}function Qn(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){ve++;var o=E;E=void 0;try{t()}catch(n){throw e.f&=-2,e.f|=8,jo(e),n}finally{E=o,Rt()}}}function jo(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,Qn(e)}function ra(e){if(E!==this)throw new Error("Out-of-o\
rder effect");Jn(this),E=e,this.f&=-2;try{8&this.f&&jo(this)}finally{Rt()}}function Re(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,nt&&nt.push(this)}Re.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};Re.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Qn(this),Kn(this),ve++;var e=E;return E=this,ra.bind(this,e)};Re.
prototype.N=function(){2&this.f||(this.f|=2,this.u=rt,rt=this)};Re.prototype.d=function(){this.f|=8,1&this.f||jo(this)};
Re.prototype.dispose=function(){this.d()};function G(e,t){var o=new Re(e,t);try{o.c()}catch(i){throw o.d(),i}var n=o.d.bind(
o);return n[Symbol.dispose]=n,n}var Yn,Ut,Lt,ia=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Xn=[];G(function(){Yn=this.N})();function Le(e,t){k[e]=t.bind(null,k[e]||function(){})}function at(e){if(Lt){var t=Lt;
Lt=void 0,t()}Lt=e&&e.S()}function Zn(e){var t=this,o=e.data,n=sa(o);n.name="ReactiveDom",n.value=o;var i=Pt(function(){
for(var l=t,p=t.__v;p=p.__;)if(p.__c){p.__c.__$f|=4;break}var d=ee(function(){var f=n.value.value;return f===0?0:f===!0?
"":f||""}),c=ee(function(){return!Array.isArray(d.value)&&!xo(d.value)}),m=G(function(){if(this.N=er,c.value){var f=d.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=f)}}),h=t.__$u.d;return t.__$u.d=function(){m(),h.call(this)},
[c,d]},[]),r=i[0],s=i[1];return r.value?s.peek():s.value}Zn.displayName="ReactiveTextNode";Object.defineProperties(D.prototype,
{constructor:{configurable:!0,value:At(Ce,null).constructor},type:{configurable:!0,value:Zn},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});Le("__b",function(e,t){if(at(),Ut=
void 0,typeof t.type=="string"){var o,n=t.props;for(var i in n)if(i!=="children"){var r=n[i];r instanceof D&&(o||(t.__np=
o={}),o[i]=r,n[i]=r.peek())}}e(t)});Le("__r",function(e,t){if(e(t),t.type!==Ce){at();var o,n=t.__c;n&&(n.__$f&=-2,(o=n.__$u)===
void 0&&(n.__$u=o=(function(i,r){var s;return G(function(){s=this},{name:r}),s.c=i,s})((function(i){return function(){var r;
ia&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(n),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),Ut=n,at(o)}});Le("__e",function(e,t,o,n){at(),Ut=void 0,e(t,o,n)});Le("diffed",function(e,t){at(),Ut=void 0;var o;
if(typeof t.type=="string"&&(o=t.__e)){var n=t.__np,i=t.props,r=o.U;if(r)for(var s in r){var l=r[s];l===void 0||n&&s in n||
(l.d(),r[s]=void 0)}if(n){r||(r={},o.U=r);for(var p in n){var d=r[p],c=n[p];d===void 0?(d=aa(o,p,c,i),r[p]=d):d.o(c,i)}}}
e(t)});function aa(e,t,o,n){var i=t in e&&e.ownerSVGElement===void 0,r=v(o);return{o:function(s,l){r.value=s,n=l},d:G(function(){
this.N=er;var s=r.value.value;n[t]!==s&&(n[t]=s,i?e[t]=s:s!=null&&(s!==!1||t[4]==="-")?e.setAttribute(t,s):e.removeAttribute(
t))})}}Le("unmount",function(e,t){if(typeof t.type=="string"){var o=t.__e;if(o){var n=o.U;if(n){o.U=void 0;for(var i in n){
var r=n[i];r&&r.d()}}}var s=t.__np;if(s){var l=t.props;for(var p in s)l[p]=s[p]}t.__np=void 0}else{var d=t.__c;if(d){d.__$f|=
8;var c=d.__$u;c&&(d.__$u=void 0,c.d())}}e(t)});Le("__h",function(e,t,o,n){n<3&&(t.__$f|=2),e(t,o,n)});Ne.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var o=this.__$u,n=o&&o.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(n||r||4&this.__$f)||1&this.__$f)return!0}else if(!(n||4&this.__$f)||3&this.
__$f)return!0;for(var s in e)if(s!=="__source"&&e[s]!==this.props[s])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function sa(e,t){return Pt(function(){return v(e,t)},[])}var la=function(e){queueMicrotask(function(){queueMicrotask(e)})};function ua(){Uo(function(){for(var e;e=Xn.shift();)Yn.call(e)})}function er(){Xn.push(this)===1&&(k.requestAnimationFrame||
la)(ua)}function B(e,t,o="localStorage"){try{let n=window[o].getItem(`easel.${e}`);return n===null?t:JSON.parse(n)}catch{return t}}
function W(e,t,o="localStorage"){try{t===void 0?window[o].removeItem(`easel.${e}`):window[o].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var zo=window.matchMedia("(prefers-color-scheme: dark)"),tr=B("appearance",null),we=v(tr?tr==="dark":zo.matches);function Fo(){
document.documentElement.dataset.theme=we.value?"dark":"light"}zo.addEventListener("change",()=>{B("appearance",null)||(we.
value=zo.matches,Fo())});Fo();function or(){we.value=!we.value,W("appearance",we.value?"dark":"light"),Fo()}var se=class extends Error{constructor(t,o,n){super(o?.error??o?.message??`HTTP ${t}`),this.status=t,this.code=o?.code??
"",this.field=o?.details?.field??"",this.provider=o?.details?.provider,this.elsewhere=o?.details?.elsewhere,this.retryAfter=
Number(n?.get("Retry-After"))||o?.details?.retryAfter||0}get temporary(){return this.status===0||this.status===503}},ca=4,
nr=[],Bo=0;async function rr(e,t,o){Bo===ca?await new Promise(n=>nr.push(n)):Bo+=1;try{let n=await fetch(e,t).catch(()=>{
throw new se(0,{error:""})});return await o(n)}finally{let n=nr.shift();n?n():Bo-=1}}function z(e,t,{body:o,headers:n={},
text:i}={}){let r={...n};o!==void 0&&(r["Content-Type"]="application/json");let s={method:e,headers:r,body:i??(o===void 0?
void 0:JSON.stringify(o))};return rr(t,s,async l=>{let p=await l.json().catch(()=>null);if(!l.ok&&l.status!==304)throw new se(
l.status,p,l.headers);return{status:l.status,body:p,headers:l.headers}})}function jt(e,t){return rr(e,{headers:t},async o=>{
if(!o.ok)throw new se(o.status,await o.json().catch(()=>null),o.headers);return o.blob()})}async function st(e){for(let t=1;;t+=
1)try{return await e()}catch(o){if(!(o instanceof se&&o.temporary)||t===4)throw o;await Ue(t)}}async function $e(e,t){return(await z(
"GET",e,{headers:t})).body}function le(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/api/images/")?t:
e}function zt(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,"0")).join("")}
function Ue(e){return new Promise(t=>setTimeout(t,e*1e3))}var ir={"1 line is invalid: show it":"1 行有错：查看","Generate many pictures from a file: CSV with a header, or J\
SON Lines with one request per line.":"用一个文件生成许多图片：带表头的 CSV，或每行一个请求的 JSON Lines。",
"A key lets you use this Easel's own tokens. Ask its owner for one.":"持有此 Easel 的密钥，即可使用它自己的令牌。请向管理员索取密钥。",
"A token for {provider}":"{provider} 令牌","Try again from {time}":"{time} 起可重试","Use these settings":"使用这些设置",
All:"全选","All use the same seed, and the same size if they support it. Steps and guidance are each model's defaults.\
 Each picture counts at its provider.":"所有模型使用相同的种子，尺寸在支持时也相同；步数和引导强度取各模型的默认值。每张图片都计入服务商的额度。",
"All pictures":"全部图片",Requested:"请求","Aspect ratio":"宽高比",Batches:"批量","Batches that you start are\
 listed here.":"在这里启动的批量任务会列在这里。","Calls this minute":"本分钟调用",Cancel:"取消",
"Cancel the batch":"取消批量任务",Cancelled:"已取消","Change it":"修改","Choose a file":"选择文件","Choos\
e another model":"另选模型",Close:"关闭",Code:"代码","Code of this call":"本次调用的代码","Compare models":"\
比较模型",Comparison:"比较",Completed:"已完成",Copied:"已复制",Copy:"复制","Copy link":"复制链接","Cop\
y parameters":"复制参数",Dark:"深色",Dismiss:"关闭提示","Stop waiting":"不再等待",Done:"完成",Download:"\
下载","Download all":"全部下载","Generate with {provider}, without a token":"用 {provider} 生成，无需令牌",
"Easel key":"Easel 密钥","Edit the prompt":"修改提示词","Emulated here, so any token works: {names}.":"以下服务商在此为模拟\
，任何令牌都可用：{names}。","Enter a token":"填写令牌","Enter the key":"填写密钥",Failed:"失败","Fa\
iled lines":"失败的行","First lines":"前几行","Forget all":"全部清除",Format:"格式",Generate:"生成","Gene\
rate {n} pictures":"生成 {n} 张图片","Get a token":"获取令牌","Get one":"获取",Guidance:"引导强度",Height:"\
高","I have an Easel key":"我有 Easel 密钥","It has already started, so the provider will finish it.":"任务已经开始，服务商会把\
它完成。","It stays in this tab and is sent only to this Easel.":"令牌只留在此标签页，只发送给本 Easel。",
"Keep the seed":"锁定种子","Keep them on this device after the tab is closed":"关闭标签页后仍保存在本设备上",
"Lets you use the tokens of this Easel, and run batches":"可使用本 Easel 的令牌，并运行批量任务",Line:"行",
"Line {n}":"第 {n} 行","Loading…":"加载中…",Refresh:"刷新","Checking the file…":"正在检查文件……",
Model:"模型","Models: {models}":"模型：{models}","Required here; ask the owner of this Easel":"此处必填；请向本 Easel 的管理员索\
取","Required without an Easel key; sent as {header}":"没有 Easel 密钥时必填；通过 {header} 发送","New batc\
h":"新建批量任务","Newer picture":"较新的图片","All lines are valid.":"没有错误的行。",None:"全不选",
"Negative prompt":"反向提示词","Nothing is charged yet.":"尚未产生任何费用。","{provider}: all {all} pictu\
res are possible today.":"{provider}：今天可全部完成 {all} 张。","{provider}: {n} of {all} pictures are possib\
le today, the rest after about {time}.":"{provider}：今天可完成 {n} / {all} 张，其余约在 {time} 之后。","\
{provider}: {n} of {all} pictures are possible today, the rest after the quota renews.":"{provider}：今天可完成 {n} / {all} 张，\
其余待额度恢复后。",Result:"结果","Older picture":"较早的图片","Optional; without one the quota is small\
er":"可选：没有令牌时额度较少","Other file":"换个文件","Other pictures":"其他图片","Pick another siz\
e":"另选尺寸",Picture:"图片","Picture to start from":"起始图片",Pictures:"图片","Pictures are emulated here:\
 no provider is called, nothing is charged, and any token works.":"这里的图片由模拟器绘制：不请求服务商，不产生费用，任何令牌都可用。",
"Pictures left on your key until {time}: {n}":"密钥在 {time} 之前还可生成的图片：{n}","Pictures this month":"\
本月图片","Pictures today":"今日图片","Pictures in progress":"进行中的图片","Programming language":"编程语言",
Progress:"进度",Prompt:"提示词",Provider:"服务商","Reading the file":"正在读取文件",Reason:"原因",Remove:"\
移除","Remove all":"全部移除","Remove all pictures?":"移除全部图片？","Remove from the list":"从列表移除",
"Results as a file":"下载结果文件","Results so far as a file":"下载目前的结果","Random seed":"随机种子",
"Run all again":"全部重新运行","Retry the rest":"重试未完成的图片","Retry the {n} without a picture":"重试没有\
图片的 {n} 张",Running:"运行中","One prompt, several models":"同一提示词，多个模型","Save and generate":"\
保存并生成","Save and try again":"保存并重试","Describe what you want to see.":"描述你想看到的画面。",
Scale:"倍数","See that batch":"查看该批量任务",Seed:"种子","Show more":"显示更多","Show the comparison":"\
查看比较",Size:"尺寸","Start 1 picture":"开始生成 1 张图片","Start the batch":"启动批量任务","Start w\
ithout a picture":"不用这张图片","Start {n} pictures":"开始生成 {n} 张图片","Starting a batch needs an Ease\
l key.":"启动批量任务需要 Easel 密钥。","Starting…":"正在启动…",Steps:"步数","Swap width and height":"\
交换宽高","The first {lines} lines have {pictures} pictures. The file has more lines.":"前 {lines} 行共 {pictures} 张图片；\
文件还有更多行。","The quota at {provider} is used up. The batch continues at {time}.":"{provider} 的额度已用完，{time}\
 继续。","These are the first {n} lines.":"这里是前 {n} 行。","These are the first {n} results. The file will h\
ave all of them.":"这里是前 {n} 条结果；批量任务结束后，文件中有全部结果。","This browser's sto\
rage is full. New pictures are lost when you close the page.":"浏览器空间已满；最新的图片只保留到页面关闭为止。",
"This browser stores no gallery. Pictures are lost when you close the page.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This file ran before, at {time}: {n} of {all} pictures, {failed} without one. What should it do now?":"此文件已于 {time} 运行过\
：{all} 张中完成 {n} 张，{failed} 张没有图片。接下来怎么做？","This file was started at {time} and i\
s still running.":"此文件已于 {time} 启动，仍在运行。","This model changes a picture":"此模型用于修改图片",
"The provider":"服务商","The samples come from Easel's own emulator. Your pictures stay in this browser.":"示例由 Easel \
自带的模拟器绘制。你的图片保存在此浏览器中。","This Easel needs a key. Ask its owner for one.":"此 \
Easel 需要密钥，请向管理员索取。","This model":"该模型","this model supports only these sizes":"此模型只支持这些\
尺寸",Time:"用时",Token:"令牌",Tokens:"令牌","Tokens are filled in.":"令牌已填好。","Tokens stay in this t\
ab and are sent only to this Easel, in a header. Easel does not store them.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。",
"Try again":"重试","Upscale {scale}×":"放大 {scale} 倍","Use this picture":"使用这张图片",Upscaling:"放大",
"Use {provider}":"改用 {provider}","Vary the seed":"换个种子",Views:"视图","Waiting: another batch is running at\
 {provider}.":"正在排队：{provider} 正在处理另一个批量任务。","This Easel's limit is used up. The batch\
 continues at {time}.":"此 Easel 允许的额度暂时用完，{time} 继续。","What should be in the picture?":"画面里应\
该有什么？","Example of a file":"文件示例","Limits of the key":"密钥的额度",Width:"宽","Optional; without\
 a picture, only the prompt is used":"可选；没有图片时仅按提示词生成","Write a prompt, or click an exampl\
e to generate it.":"写下提示词，或点击下面的例子立即生成。","Write a prompt first.":"请先填写提示词。",
"Invalid lines":"有错的行","Zoom to full size":"放大到原始尺寸","a fox asleep in a snowy forest":"雪林中熟睡的狐狸",
"a lighthouse in a storm, oil painting":"暴风雨中的灯塔，油画","a paper boat on a quiet lake at dawn":"清晨平静湖面上\
的纸船","a rainy city street at night, neon signs":"雨夜的城市街道，霓虹灯","about {time} left":"约剩 {time}",
"available again from {time}":"{time} 起恢复","also at {providers}":"另见 {providers}","an astronaut resting on the\
 moon":"在月球上休息的宇航员","may run batches":"可运行批量任务",emulated:"模拟",submitted:"已提交",
"in the provider's queue: {n}":"服务商队列中的位置：{n}","low quality, blurry":"低质量，模糊","mountains\
 above the clouds, ink wash":"云海之上的群山，水墨画","needs a token":"需要令牌","may not run batches":"不\
可运行批量任务","needs an Easel key":"需要 Easel 密钥","no token needed":"无需令牌",or:"或","or drop it \
here":"或拖放到这里","picks its own seed":"种子由模型自定",random:"随机","took {time}":"用时 {time}","u\
ntil {time}":"有效期至 {time}","usually {time}":"通常 {time}","waiting to be sent":"等待发送","{bad} lines are\
 invalid: show them":"{bad} 行有错：查看","{good} valid lines with {pictures} pictures.":"{good} 行有效，共 {pictures} \
张图片。","your Easel key":"用 Easel 密钥","your token":"用你的令牌","{label}, slider":"{label}，滑块","{\
min} to {max}":"{min} 至 {max}","{min} to {max} pixels":"{min} 至 {max} 像素","{min} to {max} pixels, in steps of {s\
tep}":"{min} 至 {max} 像素，步长 {step}","1 invalid line":"1 行有错","{n} without a picture":"{n} 项没有图片",
"{n} without a picture so far":"目前 {n} 项没有图片","{n} invalid lines":"{n} 行有错","{n} KB":"{n} KB","{n} a\
 minute":"每分钟 {n} 张","{n} cancelled":"{n} 张已取消","{n} failed":"{n} 张失败","{n} of {all}":"{n} / {all}",
"{n} of {all} pictures":"{n} / {all} 张图片","{n} pictures will be removed from this browser. Their links keep workin\
g until the deployment removes them.":"将从此浏览器移除 {n} 张图片。它们的链接在部署清理之前仍然有效。",
"{n} running":"{n} 张进行中","{n} s":"{n} 秒","{n} pending":"{n} 张待处理","{provider} uses your own account th\
ere. Get a token and paste it here to start.":"{provider} 使用你在那里的账户。获取令牌并粘贴到这里，即可开始生成。",
"{provider} accepts no calls now. The batch continues at {time}.":"{provider} 暂时不接受请求，{time} 继续。",
"{provider} needs your token.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}","P\
ictures of the last 30 days":"最近 30 天的图片","About {n} US dollars at AWS.":"AWS 费用约 {n} 美元。","{n} \
magicubes":"{n} 魔粒","{n} yuan":"{n} 元",Day:"日期",Price:"费用","Quotas of this Easel":"此 Easel 的额度","T\
he remaining quotas of this Easel's tokens, which generate pictures for keys and batches.":"此 Easel 的令牌剩余的额度。密钥持有者和批量任务使\
用这些令牌。","Loading the providers' quotas…":"正在查询各服务商的额度…","As of {time}, at most a m\
inute old":"截至 {time}，最多滞后一分钟","It does not respond. Try again later.":"暂时没有响应，请稍后重试。",
"This Easel has no token for it.":"此 Easel 没有它的令牌。","{model} accepts no calls until {time}.":"{model} 在 \
{time} 之前不接受请求。","Daily quotas reset at {time}.":"每日额度于 {time} 恢复。",usable:"可用","pau\
sed until {time}":"暂停至 {time}","used up until {time}":"已用完，{time} 恢复","{n} of about {all} pictures tod\
ay":"今日 {n} 张，每日约 {all} 张","1 picture today":"今日 1 张","{n} pictures today":"今日 {n} 张","token\
 {n}":"令牌 {n}","without a token":"无令牌",Left:"剩余","Refused for {model} until {time}.":"{model} 在 {time} 之前拒\
绝此令牌。","{n} magicubes left":"剩余 {n} 魔粒","{n} of {all} magicubes left":"剩余 {n} / {all} 魔粒","{n}\
 s of GPU time left":"剩余 GPU 时间 {n} 秒","{n} of {all} s of GPU time left":"剩余 GPU 时间 {n} / {all} 秒","\
{n} yuan left":"剩余 {n} 元","{n} of {all} yuan left":"剩余 {n} / {all} 元","more at {time}":"{time} 恢复","read\
 at {time}":"读取于 {time}","{provider}: it is unknown how many of the {all} pictures are possible today.":"{provider\
}：{all} 张中今天能完成多少张尚不清楚。",Automatic:"自动","Your key":"你的密钥","This deployment":"\
此部署","the first that accepts":"由最先接受的服务商绘制","Tries {providers}.":"依次尝试 {providers}。",
"Tries only {providers}. Add more tokens to offer more providers.":"只尝试 {providers}；填写更多令牌可使用更多服务商。",
"not at {providers}":"{providers} 不支持",", ":"、","If the chosen model does not support a value, the nearest one i\
s used, with a note.":"若所用模型不支持某个值，则改用最接近的值，并在图片处说明。",default:"\
默认","{provider} was skipped: {why}.":"已跳过 {provider}：{why}。","it does not accept the token":"它不接受令牌",
"its quota is used up":"额度已用完","it accepts no calls now":"目前不再接受请求","it cannot be reached":"无法\
连接","it has a problem":"它出了问题","it no longer offers the model":"已不再提供该模型","it does not hav\
e the model now":"目前没有该模型","it did not accept the call":"它没有接受请求"};var pa=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",te=v(B("language",pa));G(()=>{document.documentElement.
lang=te.value==="zh"?"zh-Hans":"en"});function ar(e){te.value=e,W("language",e)}function a(e,t={}){return lt(te.value===
"zh"?ir[e]??e:e,t)}var da=/(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g;function lt(e,t){return e.
replace(/\{(\w+)\}/g,(o,n)=>t[n]??o).replace(da,"")}function je(...e){return e.filter(Boolean).join(te.value==="zh"?"":"\
 ")}function ze(e){let t=parseFloat(e)/(e.endsWith("ms")?1e3:1);return t<9.95?a("{n} s",{n:Math.max(.1,t).toFixed(1)}):ue(
t)}function ue(e){let t=Math.max(0,Math.round(e));if(t<60)return a("{n} s",{n:t});let o=[Math.floor(t/3600),Math.floor(t/
60)%60,t%60];return(o[0]?o:o.slice(1)).map((i,r)=>r?String(i).padStart(2,"0"):i).join(":")}function ce(e,t={}){let o=new Date(
e*1e3),i=o.toDateString()===new Date().toDateString()?{}:{month:"short",day:"numeric"};return o.toLocaleString(te.value===
"zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...i,...t})}function Y(e){return ce(e,{timeZoneName:"short"})}var O="auto",g=v(null),ut=v(null);async function sr(){try{let[e,{providers:t},{models:o,families:n,fields:i}]=await Promise.
all([z("GET","/api"),$e("/api/providers"),$e("/api/models")]),{features:r,access:s,anonymousPictures:l,picturesNeedKey:p,
version:d}=e.body,c=(e.headers.get("X-Emulated-Providers")??"").split(/[, ]+/).filter(Boolean),m=e.headers.get("X-Local-\
Key"),h=n.map(f=>fa(f,o)).filter(({members:f})=>new Set(f.map(({provider:_})=>_)).size>1);g.value={providers:t,models:o,
families:h,fields:i,features:r,access:s,anonymousPictures:l,picturesNeedKey:p,version:d,emulated:c,localKey:m},ut.value=
null}catch(e){ut.value=e}}function fa({id:e,name:t},o){let n=o.filter(({family:l})=>l===e),i=l=>({min:Math.min(...l.map(
({min:p})=>p)),max:Math.max(...l.map(({max:p})=>p))}),r=l=>n.some(({features:p})=>p[l]),s=n.map(({features:l})=>l.guidanceScale).
filter(Boolean);return{id:e,name:t,members:n,provider:O,family:e,features:{negativePrompt:r("negativePrompt"),steps:i(n.
map(({features:l})=>l.steps)),guidanceScale:s.length?i(s):void 0,seed:r("seed"),edits:r("edits")},sizes:i(n.map(({sizes:l})=>l)),
typicalSeconds:Math.min(...n.map(({typicalSeconds:l})=>l))}}function Ft(e){return g.value.features.includes(e)}function X(e){
return g.value?.providers.find(t=>t.id===e)}function pe(e){return e===O?g.value.families:g.value.models.filter(t=>t.provider===
e)}function C(e,t){return g.value&&pe(e).find(o=>o.id===t)}function S({provider:e,model:t}){return{provider:(e===O?a("Au\
tomatic"):X(e)?.name)??e,model:C(e,t)?.name??t}}function Bt(e){return g.value.models.filter(t=>t.family===e.family&&t.provider!==
e.provider)}var qo=B("credentials",null),lr=B("credentials",null,"sessionStorage"),Fe=v(qo!==null),b=v(qo??lr??{});function ur(){let{
emulated:e,localKey:t}=g.value;qo||lr||!t||(b.value=Object.fromEntries([...e,"access"].map(o=>[o,t])))}var ma=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function qt(e,t){b.value={...b.value,[e]:t.replace(ma,"")},Ho()}function cr(e){Fe.value=e,Ho()}function pr(){b.value={},
Fe.value=!1,Ho()}function Ho(){let e=Object.fromEntries(Object.entries(b.value).filter(([,t])=>t));W("credentials",Fe.value?
e:void 0),W("credentials",Fe.value?void 0:e,"sessionStorage")}function de(){return g.value.access==="keys"}function ke({
requiresAuth:e}){return e||!g.value.anonymousPictures}function Be(e){let{access:t,...o}=b.value,n=C(O,e)?.members??[];if(de()&&
!t)return[];let i=n.filter(({provider:r})=>o[r]);return i.length>1||i.length&&!t?i:t?n:n.filter(({provider:r})=>!ke(X(r)))}
function ct({provider:e,model:t}){let o=e===O?Be(t).map(i=>i.provider):[e];return o.every(i=>b.value[i])?[...new Set(o)]:
[]}function oe(e,t){if(e===O)return Be(t).length>0;let{[e]:o,access:n}=b.value;return!!(n||!de()&&(o||!ke(X(e))))}function Ht(e){
return de()||!!(b.value.access&&!ct(e).length)}function dr(e){let t=ct(e).map(o=>[X(o).authHeader,b.value[o]]);return{...Ht(
e)?N():{},...Object.fromEntries(t)}}function pt(){return g.value.picturesNeedKey?N():{}}function N(){let{access:e}=b.value;
return e?{Authorization:`Bearer ${e}`}:{}}var ha=100,fr=20,va=3,mr=["succeeded","failed","cancelled"],Gt=class{#t;#o;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#n=0;constructor(t,o){
this.#t=t,this.#o=o}isOf(t){return this.#o===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:o})=>mr.
includes(o)))}get more(){return this.#e.length===fr&&!!this.#e.at(-1).next}async look(t=!1){let o=this.#e.filter(({settled:n})=>!n);
for(let n of o.sort((i,r)=>i.asked-r.asked).slice(0,va))await this.#r(n,t);return o.length>0}async#r(t,o){let n=`/api/ba\
tches/${this.#t}/results?limit=${ha}&cursor=${t.cursor}`,{body:i}=await z("GET",n,{headers:N()});t.asked=++this.#n,t.lines=
i.results,t.settled=o||i.results.length>0&&i.results.every(({status:r})=>mr.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<fr&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var xe=v([]),ft=v(""),dt=new Map,Vo=null;function Wo(e){return new Promise((t,o)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>o(e.error)})}function hr(e){return Vo.transaction("pictures",e).objectStore("pictures")}async function vr(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),Vo=await Wo(e);let t=await Wo(
hr("readonly").getAll());xe.value=t.sort((o,n)=>n.createdAt-o.createdAt)}catch{ft.value="This browser stores no gallery.\
 Pictures are lost when you close the page."}}async function $r(e){if(xe.value.some(n=>n.id===e.id))return;let t=await Ko(
e.url),o=t?{...e,blob:t}:e;xe.value=[o,...xe.value].sort((n,i)=>i.createdAt-n.createdAt),await _r(n=>n.put(o))}async function Ko(e){
try{return await st(()=>jt(le(e),pt()))}catch{return null}}async function Wt(e){xe.value=xe.value.filter(t=>!e.includes(
t.id));for(let t of e)URL.revokeObjectURL(dt.get(t)),dt.delete(t),await _r(o=>o.delete(t))}async function _r(e){if(Vo)try{
await Wo(e(hr("readwrite")))}catch{ft.value="This browser's storage is full. New pictures are lost when you close the pa\
ge."}}function qe(e){return e.blob?(dt.has(e.id)||dt.set(e.id,URL.createObjectURL(e.blob)),dt.get(e.id)):le(e.url)}function Vt(e){
let t={JPEG:"jpg"}[e.format]??e.format.toLowerCase(),{asked:o,details:n,id:i}=e;return`${Go(o.prompt??"upscaled").slice(
0,40)||"picture"}-${Go(n.model)}-${Go(n.provider)}-${i.slice(-6)}.${t}`}function Go(e){return e.replace(/[^\p{L}\p{N}.]+/gu,
"-").replace(/^[-.]+|[-.]+$/g,"")}var $a=Uint32Array.from({length:256},(e,t)=>{let o=t;for(let n=0;n<8;n+=1)o=o&1?o>>>1^3988292384:o>>>1;return o});function _a(e){
let t=4294967295;for(let o of e)t=$a[(t^o)&255]^t>>>8;return(t^4294967295)>>>0}function Jo(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),o=new DataView(t.buffer),n=0;for(let[i,r]of e)i===2?o.setUint16(n,r,!0):o.setUint32(n,r,!0),n+=i;
return t}var ga=2048;function gr(e){let t=new Date,o=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,n=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],s=0;for(let{name:d,bytes:c}of e){let m=new TextEncoder().encode(d),h=c.length,
f=[[2,20],[2,ga],[2,0],[2,o],[2,n],[4,_a(c)],[4,h],[4,h],[2,m.length],[2,0]],_=Jo([4,67324752],...f);r.push(Jo([4,33639248],
[2,20],...f,[2,0],[2,0],[2,0],[4,0],[4,s]),m),i.push(_,m,c),s+=_.length+m.length+h}let l=r.reduce((d,c)=>d+c.length,0),p=Jo(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,s],[2,0]);return new Blob([...i,...r,p],{type:"application/\
zip"})}function mt(e,t){let o=URL.createObjectURL(e);yr(o,t),setTimeout(()=>URL.revokeObjectURL(o),6e4)}function yr(e,t){let o=document.
createElement("a");o.href=e,o.download=t,o.click()}function br(e){yr(qe(e),Vt(e))}function Qo(e){let{id:t,asked:o,details:n,
format:i,warnings:r,tried:s,createdAt:l}=e;return{file:Vt(e),jobId:t,createdAt:l,asked:o,obtained:{...n,format:i},tried:s,
warnings:r}}async function wr(e){let t=e.filter(i=>i.blob),o=await Promise.all(t.map(async i=>({name:Vt(i),bytes:new Uint8Array(
await i.blob.arrayBuffer())}))),n=new TextEncoder().encode(JSON.stringify(e.map(Qo),null,2));mt(gr([...o,{name:"paramete\
rs.json",bytes:n}]),"easel-pictures.zip")}var kr={codes:{INVALID_REQUEST:["Easel does not understand this request.","Easel 无法理解这个请求。"],INVALID_PROVIDER:[
"There is no such provider here. Choose another one.","这里没有这个服务商，请另选一个。"],INVALID_MODEL:[
"{provider} does not have this model. Choose another one.","{provider} 没有这个模型，请另选一个。"],INVALID_PROMPT:[
"{provider} does not accept this prompt. Change it.","{provider} 不接受这个提示词，请修改。"],INVALID_DIMENSIONS:[
"{model} does not support this size. Choose another one.","{model} 不支持这个尺寸，请另选一个。"],INVALID_PARAMS:[
"{model} does not accept one of these settings.","{model} 不接受其中的某项设置。"],AUTH_REQUIRED:["{provider}\
 needs your token to generate a picture.","{provider} 需要你的令牌才能生成图片。"],"AUTH_REQUIRED.key":["Th\
is Easel generates pictures only with an Easel key.","此 Easel 只为持有 Easel 密钥的人生成图片。"],AUTH_INVALID:[
"{provider} does not accept the token.","{provider} 不接受该令牌。"],"AUTH_INVALID.key":["The Easel key is not va\
lid, or does not allow this.","Easel 密钥无效，或不允许此操作。"],AUTH_EXPIRED:["The token for {provider} h\
as expired. A new one is needed.","{provider} 令牌已过期，需要新的令牌。"],NOT_FOUND:["Easel no longer has \
this. It keeps pictures and jobs for a limited time.","Easel 已不再保存它：图片和任务只保留一段时间。"],
METHOD_NOT_ALLOWED:["This Easel does not offer that. Reload the page.","此 Easel 不提供该操作，请刷新页面。"],
CANCELLED:["It was cancelled before it started. Nothing was charged.","任务在开始前已取消，没有产生费用。"],
PAYLOAD_TOO_LARGE:["This request is too large. Make it smaller.","请求内容过大，请缩小后重试。"],NOT_SUPPORTED:[
"Easel does not support this. It only generates pictures.","Easel 不支持此操作，它只生成图片。"],RATE_LIMITED:[
"{provider} has too many requests right now.","{provider} 目前请求过多。"],"RATE_LIMITED.own":["This Easel does n\
ot allow this many requests at once.","超出了此 Easel 同时允许的请求数。"],QUOTA_EXCEEDED:["The token's quo\
ta at {provider} is used up for now.","{provider} 给该令牌的额度暂时用完了。"],"QUOTA_EXCEEDED.account":["{\
provider} grants this token no quota for {model}. Check your account there.","{provider} 目前不给该令牌提供 {model} 的额度，请查看你在那里的账\
户。"],"QUOTA_EXCEEDED.own":["Your limit at this Easel is used up for now.","此 Easel 给你的额度暂时用完了。"],
PROMPT_REJECTED:["{provider} refuses this prompt. Rephrase it.","{provider} 拒绝了这个提示词，请换一种说法。"],
MODEL_RETIRED:["{provider} no longer offers {model}.","{provider} 已不再提供 {model}。"],GENERATION_FAILED:["{prov\
ider} started the picture but could not finish it.","{provider} 开始绘制，但未能完成。"],PROVIDER_ERROR:["{pr\
ovider} has a problem right now.","{provider} 目前出了问题。"],NO_PICTURE:["{provider} reported success but sent \
no picture. It may still charge for it.","{provider} 报告成功，却没有给出图片，可能仍会计入额度。"],
DOWNLOAD_FAILED:["{provider} generated the picture, but it could not be downloaded.","{provider} 已生成图片，但未能下载。"],
UPSTREAM_ERROR:["{provider} cannot be reached right now.","目前无法连接 {provider}。"],TIMEOUT:["{provider} took \
too long. It may be busy.","{provider} 用时过长，可能正忙。"],UNKNOWN:["Easel itself failed.","Easel 内部出错了。"],
BUCKET_REFUSED:["The storage refused the file. Is {origin} listed in this Easel's AllowedOrigins?","存储桶没有接受该文件。此 Easel 的\
 AllowedOrigins 是否包含 {origin}？"],BUSY:["This Easel is busy right now.","此 Easel 目前繁忙。"],OFFLINE:["\
Easel does not respond. Is it running, and are you online?","Easel 没有响应。它在运行吗？网络是否正常？"]},
fields:{provider:["There is no such provider here. Choose another one.","这里没有这个服务商，请另选一个。"],
model:["{provider} does not have this model. Choose another one.","{provider} 没有这个模型，请另选一个。"],
prompt:["Describe the picture in at most 4000 characters.","请描述画面，最多 4000 个字符。"],"prompt.provide\
r":["{provider} does not accept this prompt. It is probably too long.","{provider} 不接受这个提示词，很可能是太长了。"],
negativePrompt:["At most 4000 characters, as plain text.","最多 4000 个字符的纯文本。"],width:["{model} suppor\
ts sides of {sides}.","{model} 的边长须为 {sides}。"],"width.provider":["{provider} does not support this size wit\
h {model}. Choose another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],height:["{model} su\
pports sides of {sides}.","{model} 的边长须为 {sides}。"],"height.provider":["{provider} does not support this siz\
e with {model}. Choose another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],webhook:["Ente\
r a public https address for the webhook.","webhook 须为公网 https 地址。"],size:["Write a size as width x height\
, such as 1024x768.","尺寸应写作“宽x高”，例如 1024x768。"],steps:["Steps must be a whole number for {mode\
l}: {steps}.","{model} 的步数须为 {steps} 的整数。"],guidanceScale:["{model} supports a guidance of {guidance}.",
"{model} 的引导强度须为 {guidance}。"],count:["The count of a line must be a whole number from 1 to 1000.","每行的图\
片数须为 1 至 1000 的整数。"],seed:["The seed must be a whole number up to 2147483647. Leave it empty for a ran\
dom one.","种子须为不超过 2147483647 的整数；留空则随机。"],responseFormat:["The response format must b\
e url or b64_json.","返回格式只能是 url 或 b64_json。"],image:["Choose a picture to start from: a PNG, JPEG or \
WebP.","请选择一张起始图片：PNG、JPEG 或 WebP。"],url:["Easel cannot read the picture at this link.","Easel\
 无法读取此链接的图片。"],scale:["A picture can be enlarged 1 to 4 times.","图片可放大 1 到 4 倍。"],
body:["Easel cannot read the request.","Easel 无法读取请求内容。"],file:["Easel cannot read this file.","Easel \
无法读取此文件。"],id:["Easel does not know this id, or its data has expired.","Easel 不认识这个编号，或数据已过期。"],
job:["Easel does not know this job.","Easel 不认识这个任务。"],hop:["This link is incomplete.","此链接不完整。"],
manifest:["Easel cannot read this file. It must be CSV with a header that has a column prompt, or JSON Lines.","Easel 无法\
读取此文件。它必须是带表头且含 prompt 列的 CSV，或 JSON Lines。"],requests:["The list of prompts is \
empty, or too long.","提示词列表为空或过长。"],retry:["There is no such batch to retry.","没有可重试的该批量任务。"],
scheduledTime:["The time of the batch is invalid.","批量任务的时间无效。"],name:["The file's name is too long.",
"文件名过长。"],digest:["The file's digest is too long.","文件摘要过长。"],custom_id:["Two lines have the s\
ame custom_id, or it is too long.","两行的 custom_id 相同，或过长。"],cursor:["This page of the list no longer\
 exists. Start with the first page.","列表的这一页已失效，请从第一页开始。"],stream:["Easel does not s\
upport streaming here.","Easel 不支持以流的方式发送。"],"Idempotency-Key":["This idempotency key was used for\
 another request. Send the request again.","同一个幂等键已用于另一个请求，请重新发送。"],"Content-E\
ncoding":["Easel cannot decompress the request.","Easel 无法解压请求内容。"],Authorization:["The Easel key is n\
ot valid, or does not allow this.","Easel 密钥无效，或不允许此操作。"],token:["{provider} does not accept t\
he token.","{provider} 不接受该令牌。"]}};function Kt(){return Object.values(b.value).some(Boolean)?g.value.families.filter(t=>Be(t.id).length):[]}function Me(e){
return e.provider===O}function xr(e){let t=Be(e.id).map(({provider:n})=>S({provider:n}).provider),o=t.join(a(", "));return t.
length>1?a("Tries {providers}.",{providers:o}):a("Tries only {providers}. Add more tokens to offer more providers.",{providers:o})}
function Yo(e,t){if(!Me(e))return"";let o=Be(e.id).filter(({features:n})=>!n[t]).map(({provider:n})=>S({provider:n}).provider);
return o.length?a("not at {providers}",{providers:o.join(a(", "))}):""}var ba={AUTH:()=>a("it does not accept the token"),
QUOTA:()=>a("its quota is used up"),RATE:()=>a("it accepts no calls now"),UPSTREAM:()=>a("it cannot be reached"),PROVIDER:()=>a(
"it has a problem"),MODEL:()=>a("it no longer offers the model"),NOT:()=>a("it does not have the model now")};function Er({
provider:e,code:t}){let o=ba[t.split("_")[0]]?.()??a("it did not accept the call");return a("{provider} was skipped: {wh\
y}.",{provider:S({provider:e}).provider,why:o})}var wa=["provider","model","prompt","negativePrompt","width","height","size","image","steps","guidanceScale","seed","res\
ponseFormat","webhook"];function ht(){return Object.entries(g.value.fields??{}).filter(([t])=>!wa.includes(t)).map(([t,{
anyOf:o=[],...n}])=>({name:t,...o.find(({type:i})=>i!=="null"),...n}))}function Jt({type:e}){return e==="integer"||e==="\
number"}function Sr({name:e}){let t=e.replace(/[A-Z]/g,o=>` ${o.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var ka=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function Tr(e){return e.sizes.only??ka.map(t=>({...t,...Or(t,e.sizes)}))}function vt(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function $t(e,t){let{only:o}=t.sizes;if(!o)return Or(e,t.sizes);if(o.some(
s=>vt(e,s)))return{width:e.width,height:e.height};let n=e.width/e.height||1,i=s=>Math.abs(Math.log(s.width/s.height/n)),
r=o.reduce((s,l)=>i(l)<i(s)?l:s);return{width:r.width,height:r.height}}function Or({width:e,height:t},{min:o,max:n,step:i=1}){
let r=Math.max(e,t),s=r>n?n/r:1,l=p=>{let d=Math.floor((n-o)/i),c=Math.round((p*s-o)/i);return Number(p)>0?o+Math.min(Math.
max(c,0),d)*i:p};return{width:l(e),height:l(t)}}var Qt=2147483647,Cr=8,Ar={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1,image:""},y=v(Ar),fe=v({});
function Mr(){let e={...Ar,...B("form",{})};e.image.startsWith("blob:")&&(e.image="");let t=C(e.provider,e.model);y.value=
e,t||Pe(g.value.models[0])}function M(e){y.value={...y.value,...e},_t(Object.keys(e)),W("form",y.value)}function _t(e){fe.
value=Object.fromEntries(Object.entries(fe.value).filter(([t])=>!e.includes(t)))}function Pr(e){let{family:t}=C(y.value.
provider,y.value.model),o=e===O?Kt():pe(e);Pe(o.find(n=>n.family===t)??o[0])}function Pe(e){M({provider:e.provider,model:e.
id,steps:e.features.steps.default??"",guidanceScale:e.features.guidanceScale?.default??"",...$t(y.value,e)})}function Ge(e){
let t=C(e.provider,e.model);t&&Pe(t);let{prompt:o,negativePrompt:n="",width:i,height:r,seed:s,steps:l="",guidanceScale:p,
image:d=""}=e,c=Object.fromEntries(ht().map(({name:h})=>[h,e[h]??""])),m={prompt:o,negativePrompt:n,width:i,height:r,seed:s??
"",image:d,...c};M(t?{...m,steps:l,...p===void 0?{}:{guidanceScale:p}}:m)}function Yt(e){let t=C(e.provider,e.model),{guidanceScale:o,
negativePrompt:n,edits:i}=t.features,r={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:n?e.negativePrompt:
"",width:He(e.width),height:He(e.height),steps:He(e.steps),guidanceScale:o?He(e.guidanceScale):"",seed:He(e.seed),image:i?
e.image:""};for(let s of ht()){let l=e[s.name]??"";r[s.name]=Jt(s)?He(l):l}return Object.fromEntries(Object.entries(r).filter(
([s,l])=>s==="prompt"||l!==""))}function He(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?
t:Number(t)}function Xt(e){let t=Yt(e);return Array.from({length:Number(e.count)||1},(o,n)=>Number.isInteger(t.seed)&&n?
{...t,seed:Math.min(Qt,t.seed+n)}:t)}function Ie(e,t,o){let{steps:n,guidanceScale:i}=e.features,r={provider:e.provider,model:e.
id,steps:n.default,guidanceScale:i?.default??""};return Yt({...t,...r,...$t(t,e),seed:o})}function gt({features:e},t){return C(
t.provider,t.model).features.edits&&t.image?e.edits:!e.needsImage}function yt(){return crypto.getRandomValues(new Uint32Array(
1))[0]%(Qt+1)}var Ir=/^INVALID_/,xa=/\{(\w+)\}/g,Ea={0:"OFFLINE",413:"PAYLOAD_TOO_LARGE",429:"BUSY",503:"BUSY"},Sa=["RATE_LIMITED","PR\
OVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT","GENERATION_FAILED","NO_PICTURE","DOWNLOAD_FAILED","UNKNOWN","BUSY","OFFLINE","\
CANCELLED","QUOTA_EXCEEDED","NOT_FOUND"],Ta=["RATE_LIMITED","QUOTA_EXCEEDED","PROVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT",
"GENERATION_FAILED","NO_PICTURE","MODEL_RETIRED","PROMPT_REJECTED","AUTH_REQUIRED","AUTH_INVALID","AUTH_EXPIRED"];function U(e,t){
let{code:o,field:n,status:i,retryAfter:r,provider:s,elsewhere:l,tried:p,message:d}=e;return{code:o||(Ea[i]??"UNKNOWN"),field:n,
retryAfter:r,provider:s,elsewhere:l,tried:p,message:d,asked:t,at:Date.now()}}function Zt({error:e,code:t,details:o},n){return U(
{message:e,code:t,...o},n)}function ne(e){let t=Ca(e),[o,n]=Oa(e,t);return lt(te.value==="zh"?n:o,t)}var re=ee(()=>Object.
fromEntries(Object.entries(fe.value).map(([e,t])=>[e,ne(t)])));function Oa({code:e,field:t,provider:o,retryAfter:n},i){let{
codes:r,fields:s}=kr,l=Ir.test(e)&&(o&&s[`${t}.provider`]||s[t]);if(l&&[...l[0].matchAll(xa)].every(([,d])=>i[d]))return l;
let p={AUTH:t==="Authorization"||!o?"key":"",RATE:o?"":"own",QUOTA:o?n?"":"account":"own"}[e.split("_")[0]];return r[`${e}\
.${p}`]??r[e]??r.UNKNOWN}function Ca({asked:e={},provider:t}){let o=S({...e,provider:t??e.provider}),n=C(e.provider,e.model),
i=s=>s?a("{min} to {max}",s):"",r=n&&(n.sizes.step?a("{min} to {max} pixels, in steps of {step}",n.sizes):a("{min} to {m\
ax} pixels",n.sizes));return{provider:o.provider??a("The provider"),model:o.model??a("This model"),sides:r,origin:location.
origin,steps:i(n?.features.steps),guidance:i(n?.features.guidanceScale)}}function eo({retryAfter:e,at:t}){return e>0?a("\
Try again from {time}",{time:Y(t/1e3+e)}):""}function Dr({code:e,field:t,asked:o,provider:n,elsewhere:i,tried:r=[]}){let s=o&&
C(o.provider,o.model),l=s?Bt(s).filter(d=>gt(d,o)&&![n,...r.map(c=>c.provider)].includes(d.provider)):(i??[]).map(({provider:d,
model:c})=>C(d,c)).filter(Boolean),p=d=>oe(d.provider)?0:1;return{token:e.startsWith("AUTH_"),edit:{PROMPT_REJECTED:"pro\
mpt",PAYLOAD_TOO_LARGE:"prompt",INVALID_DIMENSIONS:"width",MODEL_RETIRED:"model"}[e]??(Ir.test(e)?t??"prompt":""),again:Sa.
includes(e),elsewhere:Ta.includes(e)&&t!=="Authorization"?l.sort((d,c)=>p(d)-p(c)):[]}}function Nr(){return g.value.providers.
find(e=>!ke(e)&&oe(e.id))}var V=v([]),j=v(null),Aa=2,Rr=256*1024;function We(e,t){V.value=V.value.map(o=>o.id===e?{...o,...t}:o)}function Lr(){W("\
batches",V.value.map(({id:e,name:t})=>({id:e,name:t})))}function Ur(){V.value=B("batches",[]),V.value.forEach(({id:e})=>bt(
e))}async function jr(e){j.value={file:e};try{let t=e.size<=Rr,o=new Uint8Array(await e.slice(0,Rr).arrayBuffer()),n=t?o.
length:o.lastIndexOf(10)+1||o.length,i={...N(),"Content-Type":"application/octet-stream"},{body:r}=await z("POST",`/api/\
batches/preview?size=${e.size}`,{text:o.slice(0,n),headers:i});if(j.value?.file!==e)return;j.value={file:e,preview:r,whole:t&&
r.complete},N().Authorization&&to(e,{before:(await Fr(e)).batch})}catch(t){to(e,{error:U(t)})}}function to(e,t){j.value?.
file===e&&(j.value={...j.value,...t})}function zr(){j.value=null}async function oo(e){let{file:t,before:o}=j.value;j.value=
{...j.value,starting:!0,error:void 0};try{let n=e==="rest"?{retry:o.batchId}:await Ma(t,e);if(!n)return;let i=await z("P\
OST","/api/batches",{body:n,headers:N()});qr(i.body.batchId,t.name),j.value=null}catch(n){to(t,{starting:!1,error:U(n)})}}
async function Ma(e,t){let o=await Fr(e);return o.batch&&!t?(to(e,{starting:!1,before:o.batch}),null):(await Pa(o,e),{manifest:o.
manifest,...t==="all"?{scheduledTime:new Date().toISOString()}:{}})}async function Fr(e){let t={size:e.size,name:e.name,
digest:await Ia(e)};return(await z("POST","/api/batches/uploads",{body:t,headers:N()})).body}function Br(){let{file:e,before:t}=j.
value;qr(t.batchId,e.name),j.value=null}async function Pa({uploadUrl:e,uploadHeaders:t},o){let n=await fetch(e,{method:"\
PUT",headers:t,body:o}).catch(()=>null);if(!n?.ok)throw new se(n?.status??0,{code:"BUCKET_REFUSED"})}async function Ia(e){
if(!crypto.subtle)return`${e.size}-${e.lastModified}`;let t=new Uint8Array(await crypto.subtle.digest("SHA-256",await e.
arrayBuffer()));return Array.from(t.slice(0,16),o=>o.toString(16).padStart(2,"0")).join("")}function qr(e,t){V.value=[{id:e,
name:t},...V.value.filter(o=>o.id!==e)],Lr(),bt(e)}var Xo=new Set;async function bt(e){if(Xo.has(e))return;Xo.add(e);let t,
o=0,n=()=>We(e,{lines:t.lines,more:t.more});try{for(;;){let i=await z("GET",`/api/batches/${e}`,{headers:N()});if(!Da(e))
return;let{counts:r,run:s,finishedAt:l}=i.body;We(e,{status:i.body,error:void 0}),t?.isOf(s)||(t=new Gt(e,s));let p=r.succeeded+
r.failed+r.cancelled;if(p!==o&&(await t.look(),n()),o=p,l)break;await Ue(Number(i.headers.get("Retry-After"))||Aa)}for(;await t.
look(!0);)n()}catch(i){We(e,{error:U(i)})}finally{Xo.delete(e)}}function Da(e){return V.value.find(t=>t.id===e)}async function Hr({
id:e,name:t}){try{mt(await jt(`/api/batches/${e}/results`,N()),`${t}.results.jsonl`)}catch(o){We(e,{error:U(o)})}}async function Gr(e){
await Vr(e,()=>z("DELETE",`/api/batches/${e}`,{headers:N()}))}async function Wr(e){await Vr(e,()=>z("POST","/api/batches",
{body:{retry:e},headers:N()})),We(e,{status:void 0,lines:void 0})}async function Vr(e,t){try{await t(),bt(e)}catch(o){We(
e,{error:U(o)})}}function Kr(e){V.value=V.value.filter(t=>t.id!==e),Lr()}var Qr=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var s=t[r++],l=t[r]?(t[0]|=s?1:2,o[t[r++]]):t[++r];s===
3?n[0]=l:s===4?n[1]=Object.assign(n[1]||{},l):s===5?(n[1]=n[1]||{})[t[++r]]=l:s===6?n[1][t[++r]]+=l+"":s?(i=e.apply(l,Qr(
e,l,o,["",null])),n.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(l)}return n},Jr=new Map;function Yr(e){var t=Jr.get(this);
return t||(t=new Map,Jr.set(this,t)),(t=Qr(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,s="",l="",p=[0],d=function(h){
r===1&&(h||(s=s.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?p.push(0,h,s):r===3&&(h||s)?(p.push(3,h,s),r=2):r===2&&s==="..."&&h?
p.push(4,h,0):r===2&&s&&!h?p.push(5,0,!0,s):r>=5&&((s||!h&&r===5)&&(p.push(r,0,s,i),r=6),h&&(p.push(r,h,0,i),r=6)),s=""},
c=0;c<o.length;c++){c&&(r===1&&d(),d(c));for(var m=0;m<o[c].length;m++)n=o[c][m],r===1?n==="<"?(d(),p=[p],r=3):s+=n:r===
4?s==="--"&&n===">"?(r=1,s=""):s=n+s[0]:l?n===l?l="":s+=n:n==='"'||n==="'"?l=n:n===">"?(d(),r=1):r&&(n==="="?(r=5,i=s,s=
""):n==="/"&&(r<5||o[c][m+1]===">")?(d(),r===3&&(p=p[0]),r=p,(p=p[0]).push(2,0,r),r=0):n===" "||n==="	"||n===`
`||n==="\r"?(d(),r=2):s+=n),r===3&&s==="!--"&&(r=4,p=p[0])}return d(),p})(e)),t),arguments,[])).length>1?t:t[0]}var u=Yr.bind(At);function me({error:e}){return u`<p class="error" role="alert">${je(ne(e),eo(e))} <${Zo} error=${e} /></p>`}function Zo({
error:{code:e,message:t}}){return u`<small lang="en"><code>${e}</code> ${t}</small>`}var Na=200;function en({error:{code:e,field:t,provider:o},provider:n,model:i}){return ne({code:e,field:t,provider:o,asked:{
provider:n,model:i}})}function tn({line:e,error:t,code:o,details:n}){return{line:e,error:{code:o,message:t,...n}}}function no({
lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${a("Line")}</th><th scope="col">${a("Reason")}</th></tr></thead>
        <tbody>
          ${e.slice(0,Na).map(o=>u`
            <tr key=${`${o.line}-${o.copy}`}><th scope="row">${o.line}</th>
              <td>${en(o)} <${Zo} error=${o.error} /></td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var Ra={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",brush:"M1\
4 4l6 6-8 8H6v-6zM4 20h16",check:"m5 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9\
 9h11v11H9zM5 15H4V4h11v1",die:"M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5\
 5-5M5 20h14",enlarge:"M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",gauge:"M4 18a9 9 0 1 1 16 0M12 14l4-5",grid:"M4 4h7v7H4zM\
13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",key:"M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"\
M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",moon:"M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0\
 0 1 7.5-2",spark:"M12 3v6M12 15v6M3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 \
0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h1\
4M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"\
M4 7h3l10 10h3M4 17h3l3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function $({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${Ra[e]} /></svg>`}var Xr=24,La={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Zr({batch:e}){let{name:t,status:o,lines:n,error:i}=e,r=i??(o?.error&&Zt(o.error));return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${o?.status??""}`} role="status">${a(La[o?.status]??o?.status??"…")}</span></header>
      ${r&&u`<${me} error=${r} />`}
      ${o&&u`<${Ua} status=${o} />`}
      <${za} batch=${e} />
      ${n&&u`<${Ba} batch=${e} />`}
    </article>
  `}function Ua({status:e}){let{requests:t,succeeded:o,failed:n,invalid:i,running:r,pending:s,cancelled:l}=e.counts,p=t-
i,d=o+n-i+l,c=[a("{n} of {all} pictures",{n:o,all:p}),n>i&&a("{n} failed",{n:n-i}),i>0&&(i===1?a("1 invalid line"):a("{n\
} invalid lines",{n:i})),l&&a("{n} cancelled",{n:l}),r&&a("{n} running",{n:r}),s&&a("{n} pending",{n:s})],m=[e.rate>0&&a(
"{n} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&a("about {time} left",{time:ue(e.etaSeconds)}),
e.finishedAt&&a("took {time}",{time:ue(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${a("Progress")} max=${p||1} value=${d}></progress>
    <p class="counts">${c.filter(Boolean).join(" · ")}</p>
    <p class="hint">${m.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(h=>u`<p class="notice" key=${h.provider}>${ja(h)}</p>`)}
  `}function ja({provider:e,until:t,cause:o}){let n={provider:S({provider:e}).provider,time:t?Y(t):""};return{turn:()=>a(
"Waiting: another batch is running at {provider}.",n),quota:()=>a("The quota at {provider} is used up. The batch continu\
es at {time}.",n),rest:()=>a("{provider} accepts no calls now. The batch continues at {time}.",n),budget:()=>a("This Eas\
el's limit is used up. The batch continues at {time}.",n)}[o]()}function za({batch:{id:e,name:t,status:o,lines:n,error:i}}){
let r=!!o?.finishedAt,s=r&&o.counts.succeeded<o.counts.requests-o.counts.invalid;return u`
    <div class="buttons">
      ${o&&!r&&u`<button type="button" onClick=${()=>Gr(e)}>${a("Cancel the batch")}</button>`}
      ${s&&u`<button type="button" onClick=${()=>Wr(e)}><${$} name="again" /> ${a("Retry the rest")}</button>`}
      ${r&&u`<button type="button" onClick=${()=>Hr({id:e,name:t})}><${$} name="download" /> ${a("Results as a file")}</button>`}
      ${!r&&n?.length>0&&u`<button type="button" onClick=${()=>mt(Fa(n),`${t}.results.jsonl`)}><${$} name="download" /> ${a(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>bt(e)}>${a("Refresh")}</button>`}
      <button type="button" class="quiet" onClick=${()=>Kr(e)}>${a("Remove from the list")}</button>
    </div>
  `}function Fa(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function Ba({batch:{lines:e,more:t,status:o}}){let[n,i]=Z(Xr),r=e.filter(l=>l.status===
"succeeded"),s=e.filter(l=>l.status==="failed");return u`
    ${t&&u`<p class="hint">${a("These are the first {n} results. The file will have all of them.",{n:e.length})}</p>`}
    ${s.length>0&&u`
      <details open>
        <summary>${o.finishedAt?a("{n} without a picture",{n:s.length}):a("{n} without a picture so far",{n:s.length})}</summary>
        <${no} lines=${s} label=${a("Failed lines")} />
      </details>`}
    ${r.length>0&&u`
      <ul class="grid small">
        ${r.slice(0,n).map(l=>u`
          <li key=${l.jobId}><${qa} line=${l} /></li>`)}
      </ul>
      ${r.length>n&&u`<button type="button" class="more" onClick=${()=>i(n+Xr)}>${a("Show more")}</button>`}`}
  `}function qa({line:e}){let{picturesNeedKey:t}=g.value,[o,n]=Z(t?null:le(e.url));return Q(()=>{if(!t)return;let i,r=!1;
return Ko(e.url).then(s=>{!s||r||(i=URL.createObjectURL(s),n(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),o?u`<a href=${o} target="_blank" rel="noopener"><img src=${o} alt=${a(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}function F({id:e,label:t,hint:o,error:n,children:i,extra:r,className:s=""}){return u`
    <div class=${`field ${s} ${n?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${o&&!n&&u`<p class="hint" id=${`${e}-hint`}>${o}</p>`}
      ${n&&u`<p class="error" id=${`${e}-error`} role="alert">${n}</p>`}
    </div>
  `}function ie(e,t,o){return{"aria-describedby":t?`${e}-error`:o?`${e}-hint`:void 0,"aria-invalid":t?"true":void 0}}function ro({
name:e,label:t,options:o,value:n,onChoose:i,className:r}){return u`
    <fieldset class=${`choice ${r}`}>
      <legend class=${r==="shapes"?"hidden":""}>${t}</legend>
      ${o.map(s=>u`
          <label key=${s.id} class=${`${s.id===n?"chosen":""} ${s.whole?"whole":""}`}>
            <input type="radio" name=${e} value=${s.id} checked=${s.id===n} onChange=${()=>i(s.id)} />
            ${s.shape&&u`<${Ha} ...${s.shape} />`}
            <span>${s.name}${s.note&&u`<small>${s.note}</small>`}</span>
          </label>
        `)}
    </fieldset>
  `}function Ha({width:e,height:t}){let o=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*o}rem`,height:`${t*
o}rem`}}></span>`}function K({title:e,className:t="",onClose:o,children:n}){let i=Ro(null);return Q(()=>{let s=document.
activeElement;return i.current.showModal(),()=>s?.focus?.()},[]),u`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${o} onClick=${s=>s.target===i.current&&o()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${a("Close")} onClick=${o}><${$} name="close" /></button>
        </header>
        ${n}
      </div>
    </dialog>
  `}function ei({title:e,text:t,yes:o,onYes:n,onClose:i}){return u`
    <${K} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${a("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),n()}}>${o}</button>
      </div>
    <//>
  `}function wt({text:e,label:t,compact:o}){let[n,i]=Z(!1);return u`
    <button type="button" class=${o?"quiet round":"quiet"} title=${o?t:void 0} onClick=${async()=>{await navigator.clipboard.
writeText(e),i(!0),setTimeout(()=>i(!1),2e3)}}>
      <${$} name=${n?"check":"copy"} /> <span class=${o?"hidden":""} aria-live="polite">${n?a("Copied"):t}</span>
    </button>
  `}function ti({id:e,label:t,tabs:o,value:n,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${s=>{let l={ArrowRight:1,ArrowLeft:-1}[s.key];if(!l)return;
let p=o.findIndex(c=>c.id===n),d=o[(p+l+o.length)%o.length];i(d.id),document.getElementById(`${e}-${d.id}`).focus()}}>
      ${o.map(s=>u`
          <button key=${s.id} type="button" role="tab" id=${`${e}-${s.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(s.id===n)} tabindex=${s.id===n?0:-1} onClick=${()=>i(s.id)}>
            ${s.name}
          </button>
        `)}
    </div>
  `}var Ve=v(null),io=v(!1);async function on(){Ve.value=null;let e=Date.now()/1e3;Ve.value=await $e("/api/quota",N()).then(
({providers:t})=>({providers:t,at:e}),t=>({error:U(t)}))}function oi(){io.value=!0,on()}function ao(){return b.value.access?u`<button type="button" onClick=${oi}><${$} name="gauge" /> ${a("Quotas of this Ease\
l")}</button>`:null}function ni(){if(!io.value)return null;let{providers:e,error:t,at:o}=Ve.value??{};return u`
    <${K} title=${a("Quotas of this Easel")} className="quotas" onClose=${()=>{io.value=!1}}>
      <p class="hint">${a("The remaining quotas of this Easel's tokens, which generate pictures for keys and batches.")}</p>
      ${!Ve.value&&u`<p role="status">${a("Loading the providers' quotas…")}</p>`}
      ${t&&u`<${me} error=${t} />`}
      ${e?.map(n=>u`<${Ga} key=${n.provider} ...${n} />`)}
      ${Ve.value&&u`
        <div class="buttons end">
          ${o&&u`<span class="hint">${a("As of {time}, at most a minute old",{time:Y(o)})}</span>`}
          <button type="button" onClick=${on}><${$} name="again" /> ${a("Refresh")}</button>
        </div>`}
    <//>
  `}function Ga({provider:e,tokens:t,models:o,renewsAt:n,unknown:i}){let r=S({provider:e}).provider;return u`
    <section aria-label=${r}>
      <h3>${r}</h3>
      ${i?u`<p class="hint">${a("It does not respond. Try again later.")}</p>`:t.length===0&&u`<p class="hint">${a("This\
 Easel has no token for it.")}</p>`}
      <ul>${t.map(s=>u`<${Va} key=${s.name} provider=${e} ...${s} />`)}</ul>
      ${o.map(s=>u`<p key=${s.model} class="hint">${a("{model} accepts no calls until {time}.",ri(e,s))} <${nn} reason=${s.
reason} /></p>`)}
      ${n&&u`<p class="hint">${a("Daily quotas reset at {time}.",{time:Y(n)})}</p>`}
    </section>
  `}var Wa={usable:()=>a("usable"),resting:e=>a("paused until {time}",e),"used up":e=>a("used up until {time}",e)};function Va({
provider:e,name:t,state:o,until:n,reason:i,refused:r,drawnToday:s,fullAfter:l,allowance:p}){let d=/^token (\d+)$/.exec(t)?.[1],
c=l?a("{n} of about {all} pictures today",{n:s,all:l}):s===1?a("1 picture today"):a("{n} pictures today",{n:s});return u`
    <li>
      <p class="state"><b>${d?a("token {n}",{n:d}):t==="no token"?a("without a token"):t}</b>
        <span class=${`badge ${o==="usable"?"running":""}`}>${Wa[o]({time:n&&Y(n)})}</span></p>
      <p>${c}</p>
      ${p&&u`<p>${Ja(p)}</p>`}
      ${p?.total>0&&u`<progress aria-label=${a("Left")} max=${p.total} value=${Math.min(p.left,p.total)}></progress>`}
      ${i&&u`<p class="hint"><${nn} reason=${i} /></p>`}
      ${r.map(m=>u`<p key=${m.model} class="hint">${a("Refused for {model} until {time}.",ri(e,m))} <${nn} reason=${m.reason} /></p>`)}
    </li>
  `}function ri(e,{model:t,until:o}){return{model:S({provider:e,model:t}).model,time:Y(o)}}var Ka={magicubes:e=>e.all?a(
"{n} of {all} magicubes left",e):a("{n} magicubes left",e),seconds:e=>e.all?a("{n} of {all} s of GPU time left",e):a("{n\
} s of GPU time left",e),CNY:e=>e.all?a("{n} of {all} yuan left",e):a("{n} yuan left",e)};function Ja({left:e,unit:t,total:o,
resetsAt:n,readAt:i}){let r={n:e.toLocaleString(),all:o?o.toLocaleString():""},s=n?a("more at {time}",{time:Y(n)}):"";return[
Ka[t](r),s,a("read at {time}",{time:ce(i)})].filter(Boolean).join(" · ")}function nn({reason:e}){return u`<small lang="en">${e}</small>`}var ii=[["{field} was dropped: {model} does not support a guidance scale","未使用{field}：{model} 不支持引导强度。"],
["{field} was dropped: {model} of {provider} does not support negative prompts","未使用{field}：{provider} 的 {model} 不支持反向提示\
词。"],["{field}: {value} was changed to {instead}, which {model} of {provider} supports","{field}由 {value} 改为 {instea\
d}，以适应 {provider} 的 {model}。"],["size was ignored: width and height are set, so the picture has {width} x {h\
eight} pixels","已忽略 size：按宽高取 {width} x {height} 像素。"],["unknown field ignored: {name}","已忽略未知字段 {\
name}。"],["guidanceScale was raised to {least}, ModelScope's minimum","引导强度已提高到 {least}，即 ModelScope 的最小值。"],
["the picture is {width} x {height} pixels; {requested} was requested","图片为 {width} x {height} 像素，请求的是 {requested}。"],
["the picture has no marks: {why}","图片没有标识：{why}。"],["the picture could not be stored: url is the provid\
er's own link, which will expire","图片未能保存：链接由服务商提供，会失效。"],["the provider returne\
d an unusable seed; seed is the one that Easel sent","服务商返回的种子不可用；这里是 Easel 发送的种子。"],
["the Space's seed was dropped: it is not a whole number of at most 18 digits","未使用 Space 给出的种子：它不是最多 18 位的整数。"],
["the Space ignores the seed: this picture cannot be reproduced","该 Space 不使用种子：无法重现这张图片。"],
["{space} did not accept this call or a recent one; {other} generated the picture","首选的 Space 没有接受此请求或最近的请求，图片由另一个 Space\
 生成。"],["{header} was ignored: this call uses only a token of {provider} in {place}","已忽略 {header}：此请求只使用 {place} \
中的 {provider} 令牌。"]];var Ya=/\\\{(\w+)\\\}/g,Xa=ii.map(([e,t])=>{let o=e.replace(/[.*+?^${}()|[\]\\]/g,"\\$&");return[new RegExp(`^${o.replace(
Ya,"(?<$1>.+?)")}$`),t]}),Za={size:()=>a("Size"),steps:()=>a("Steps"),guidanceScale:()=>a("Guidance"),negativePrompt:()=>a(
"Negative prompt")};function so(e){if(te.value!=="zh")return e;for(let[t,o]of Xa){let n=t.exec(e),{field:i,...r}=n?.groups??
{};if(n)return lt(o,{...r,field:Za[i]?.()??i})}return e}var lo=v(!1),es=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function ai({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${a("New batch")}>
        <header><h2>${a("New batch")}</h2><${ao} /></header>
        <p>${a("Generate many pictures from a file: CSV with a header, or JSON Lines with one request per line.")}</p>
        ${j.value?u`<${os} onTokens=${e} />`:u`<${ts} />`}
      </section>
      <section aria-label=${a("Batches")}>
        <h2>${a("Batches")}</h2>
        ${V.value.length===0&&u`<p class="hint">${a("Batches that you start are listed here.")}</p>`}
        ${V.value.map(t=>u`<${Zr} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function ts(){let e=o=>o[0]&&jr(o[0]),t=o=>{o.preventDefault(),lo.value=!1,e(o.dataTransfer.files)};return u`
    <label class=${lo.value?"drop over":"drop"} onDragOver=${o=>{o.preventDefault(),lo.value=!0}}
      onDragLeave=${()=>{lo.value=!1}} onDrop=${t}>
      <${$} name="upload" />
      <span><b>${a("Choose a file")}</b> ${a("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${o=>e(o.target.files)} />
    </label>
    <details>
      <summary>${a("Example of a file")}</summary>
      <pre tabindex="0"><code>${es}</code></pre>
    </details>
  `}function os({onTokens:e}){let{file:t,preview:o,before:n,error:i}=j.value,r=b.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${a("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!o&&!i&&u`<p role="status">${a("Checking the file…")}</p>`}
      ${i&&u`<${me} error=${i} />`}
      ${o&&u`<${ns} />`}
      ${o&&!r&&u`
        <div class="notice"><p>${a("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${$} name="key" /> ${a("Enter the key")}</button></div>`}
      ${n&&u`<p class="notice" role="status">${as(n)}</p>`}
      <${ss} />
    </div>
  `}function ns(){let{preview:{lines:e,invalid:t,counts:o,quota:n=[]},whole:i}=j.value,r={...o,good:o.lines-o.invalid,bad:o.
invalid},s=i?a("{good} valid lines with {pictures} pictures.",r):a("The first {lines} lines have {pictures} pictures. Th\
e file has more lines.",r);return u`
    <p role="status">${je(s,!o.invalid&&a("All lines are valid."),a("Nothing is charged yet."))}</p>
    ${n.map(l=>u`<${is} key=${l.provider} ...${l} />`)}
    ${o.invalid>0&&u`
      <details class="wrong">
        <summary>${o.invalid===1?a("1 line is invalid: show it"):a("{bad} lines are invalid: show them",r)}</summary>
        <${no} lines=${t.map(tn)} label=${a("Invalid lines")} />
      </details>`}
    <${ls} lines=${e} label=${a("First lines")} />
    ${o.lines>e.length&&u`<p class="hint">${a("These are the first {n} lines.",{n:e.length})}</p>`}
  `}var rs={auto:()=>a("Automatic"),key:()=>a("Your key"),deployment:()=>a("This deployment")};function is({provider:e,pictures:t,
left:o,moreAt:n}){let i={provider:rs[e]?.()??X(e)?.name??e,n:o,all:t,time:n&&Y(n)};if(o===void 0)return u`<p class="hint">${a(
"{provider}: it is unknown how many of the {all} pictures are possible today.",i)}</p>`;let r=n?a("{provider}: {n} of {a\
ll} pictures are possible today, the rest after about {time}.",i):a("{provider}: {n} of {all} pictures are possible toda\
y, the rest after the quota renews.",i);return u`<p class="hint">${o>=t?a("{provider}: all {all} pictures are possible t\
oday.",i):r}</p>`}function as({createdAt:e,finishedAt:t,counts:o}){if(!t)return a("This file was started at {time} and i\
s still running.",{time:ce(e)});let n={time:ce(e),n:o.succeeded,all:o.requests-o.invalid,failed:o.failed-o.invalid+o.cancelled};
return a("This file ran before, at {time}: {n} of {all} pictures, {failed} without one. What should it do now?",n)}function ss(){
let{preview:e,whole:t,before:o,starting:n}=j.value,r=!b.value.access||n,s=e?.counts.pictures,l=s===1?a("Start 1 picture"):
t?a("Start {n} pictures",{n:s}):a("Start the batch"),p=o?.finishedAt&&o.counts.failed+o.counts.cancelled-o.counts.invalid;
return u`
    <div class="buttons">
      ${s>0&&!o&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>oo()}>
        ${n?a("Starting…"):l}</button>`}
      ${o&&u`<button type="button" class="primary" onClick=${Br}>${a("See that batch")}</button>`}
      ${p>0&&u`<button type="button" disabled=${r} onClick=${()=>oo("rest")}>
        ${a("Retry the {n} without a picture",{n:p})}</button>`}
      ${o&&s>0&&u`<button type="button" disabled=${r} onClick=${()=>oo("all")}>
        ${a("Run all again")}</button>`}
      <button type="button" onClick=${zr}>${a("Other file")}</button>
    </div>
  `}function ls({lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${a("Line")}</th><th scope="col">${a("Prompt")}</th><th scope="col">${a("Model")}</th><th scope="col">${a(
"Size")}</th><th scope="col">${a("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:o,request:n,error:i,count:r,warnings:s,...l})=>i?u`<tr key=${o} class="bad"><th scope="row">${o}</th><td colspan="4">${en(
tn({line:o,error:i,...l}))}</td></tr>`:u`<tr key=${o}><th scope="row">${o}</th><td>${n.prompt}${s.map(p=>u`<small key=${p}>${so(
p)}</small>`)}</td>
                <td>${n.provider} / ${n.model}</td><td>${n.width} x ${n.height}</td><td>${r}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var us=4e6,cs=["image/png","image/jpeg","image/webp"],ps=2048,li=new Map,uo=v(!1);function ui({model:e}){if(!e.features.
edits)return null;let{image:t}=y.value,o=re.value.image,n=e.features.needsImage?a("This model changes a picture"):a("Opt\
ional; without a picture, only the prompt is used"),i=r=>{r.preventDefault(),uo.value=!1,si(r.dataTransfer.files[0])};return u`
    <${F} id="image" label=${a("Picture to start from")} error=${o} hint=${!t&&n}>
      <label class=${uo.value?"drop source over":"drop source"} onDragOver=${r=>{r.preventDefault(),uo.value=!0}}
        onDragLeave=${()=>{uo.value=!1}} onDrop=${i}>
        ${t?u`<img src=${le(t)} alt=${a("Picture to start from")} />`:u`<${$} name="upload" />`}
        <span><b>${t?a("Other file"):a("Choose a file")}</b> ${!t&&a("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${ie("image",o,!t&&n)} onChange=${r=>si(r.target.files[0])} />
      </label>
      ${t&&u`<button type="button" class="quiet" onClick=${()=>M({image:""})}><${$} name="close" /> ${a("Start without a\
 picture")}</button>`}
    <//>
  `}async function si(e){if(e)try{let t=await createImageBitmap(e),o=e.size<=us&&cs.includes(e.type)?e:await ds(t),n=URL.
createObjectURL(o);li.set(n,o),ci(n,t)}catch{fe.value={...fe.value,image:{code:"INVALID_PARAMS",field:"image",asked:y.value}}}}
function ds(e){let t=Math.min(1,ps/Math.max(e.width,e.height)),o=document.createElement("canvas");return o.width=Math.round(
e.width*t),o.height=Math.round(e.height*t),o.getContext("2d").drawImage(e,0,0,o.width,o.height),new Promise(n=>o.toBlob(
n,"image/jpeg",.92))}function ci(e,{width:t,height:o}){let n=C(y.value.provider,y.value.model);M({image:e,...$t({width:t,
height:o},n)})}function pi(){return!!di()}function di(){return[C(y.value.provider,y.value.model),...g.value.models].filter(
o=>o?.features.edits&&oe(o.provider,o.id))[0]}function fi({url:e,details:t}){let o=di();(o.id!==y.value.model||o.provider!==
y.value.provider)&&Pe(o);let[n,i]=t.dimensions.match(/\d+/g).map(Number);ci(new URL(le(e),location.href).href,{width:n,height:i})}
async function mi(e){if(!e.image?.startsWith("blob:"))return e;let t=li.get(e.image);if(!t)throw new se(400,{error:"the \
source picture is no longer available; choose it again",code:"INVALID_PARAMS",details:{field:"image"}});return{...e,image:await fs(
t)}}function fs(e){return new Promise((t,o)=>{let n=new FileReader;n.onload=()=>t(n.result),n.onerror=()=>o(n.error),n.readAsDataURL(
e)})}var ms=3,hs=[.5,1],vs=2,H=v([]),co=ee(()=>H.value.filter(e=>e.state!=="failed")),po=v(""),rn=0;function Ke(e,t){H.value=
H.value.map(o=>o.key===e?{...o,...t}:o),an()}function an(){W("jobs",H.value)}function q(e){return H.value.find(t=>t.key===
e)}function ae(e){H.value=H.value.filter(t=>t.key!==e),an()}function hi(){H.value=B("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),H.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>_i(e.key)),ln()}function Je(e,{group:t,
place:o,onRefused:n}={}){sn(e.map((i,r)=>({path:"/api/generate",asked:i,group:t,place:o??r})),n)}function vi(e,t){let{url:o,
details:n}=e,i={provider:"huggingface",model:"upscaler",prompt:n.prompt,url:o,scale:t};sn([{path:"/api/upscale",asked:i,
group:e.group}])}function sn(e,t){let o=Date.now(),n=e.map(i=>({...i,key:zt(),state:"waiting",since:o}));n.forEach(i=>$i.
set(i.key,t)),H.value=[...H.value,...n],an(),ln()}var $i=new Map;function ln(){for(;rn<ms;){let e=H.value.find(t=>t.state===
"waiting");if(!e)return;rn+=1,Ke(e.key,{state:"sending",since:Date.now()}),$s(e).finally(()=>{rn-=1,ln()})}}async function $s({
key:e,path:t,asked:o}){let n={...dr(o),Prefer:"respond-async","Idempotency-Key":e};try{let i=t==="/api/upscale"?{url:o.url,
scale:o.scale}:await mi(o),r=await st(()=>z("POST",t,{body:i,headers:n}));if(!q(e))return;Ke(e,{state:"queued",jobId:r.body.
jobId}),_i(e)}catch(i){q(e)&&$i.get(e)?.(U(i,o))?ae(e):un(e,i)}}function un(e,t){let o=U(t,q(e)?.asked);Ke(e,{state:"fai\
led",error:o}),po.value=ne(o)}async function _i(e){let t=pt();for(let o=0;q(e)?.jobId;o+=1){let n;try{n=await st(()=>z("\
GET",`/api/jobs/${q(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&q(e)){await Ue(5);continue}q(e)&&un(e,i);return}if(t["\
If-None-Match"]=n.headers.get("ETag"),!q(e)||n.body&&await _s(e,n.body))return;await Ue(hs[o]??vs)}}async function _s(e,t){
if(t.status==="failed")return un(e,Zt(t)),!0;if(t.status!=="succeeded"){let d=q(e).begun??(t.status==="running"?Date.now():
void 0);return Ke(e,{state:t.status,progress:t.progress,tried:t.tried,begun:d}),!1}let{asked:o,group:n,place:i}=q(e),{imageDetails:r,
format:s,warnings:l,tried:p}=t;return await $r({id:t.jobId,asked:o,group:n,place:i,details:r,format:s,warnings:l,tried:p,
url:r.url,createdAt:t.createdAt}),ae(e),po.value=`${r.model}: ${r.dimensions}, ${ze(r.duration)}`,!0}async function gi(e){
let{jobId:t,state:o}=q(e);if(o==="waiting"||!t)return ae(e);try{let{body:n}=await z("DELETE",`/api/jobs/${t}`,{headers:pt()});
if(!q(e))return;n.cancelled?ae(e):Ke(e,{tooLate:!0})}catch{q(e)&&Ke(e,{tooLate:!0})}}function cn(e){let{path:t,asked:o,group:n,
place:i}=q(e);ae(e),sn([{path:t,asked:o,group:n,place:i}])}var fo=v(null);function mo(e){return!e.code.startsWith("INVALID_")||!document.getElementById(e.field)?!1:(fe.value={...fe.
value,[e.field]:e},!0)}function De(e,t={}){let[{provider:o,model:n,prompt:i}]=e;if(!i.trim())return mo({code:"INVALID_PR\
OMPT",field:"prompt",asked:e[0]});let r=()=>{Je(e,{onRefused:mo,...t}),window.matchMedia("(max-width: 60rem)").matches&&
document.querySelector(".gallery").scrollIntoView()};return oe(o,n)?r():ho(de()||o===O?"access":o,r,e)}function ho(e,t,o){
fo.value={name:e,go:t,requests:o}}function yi(){if(!fo.value)return null;let{name:e,go:t,requests:o}=fo.value,n=e==="acc\
ess"?null:X(e),i=n&&o&&Nr(),r=()=>{fo.value=null},s=p=>{p.preventDefault(),b.value[e]&&(r(),_t(["Authorization",n?.authHeader]),
t())},l=n?a("A token for {provider}",{provider:n.name}):a("Easel key");return u`
    <${K} key=${e} title=${l} className="small" onClose=${r}>
      <form class="ask" onSubmit=${s}>
        <p>${n?a("{provider} uses your own account there. Get a token and paste it here to start.",{provider:n.name}):de()?
a("This Easel needs a key. Ask its owner for one."):a("A key lets you use this Easel's own tokens. Ask its owner for one\
.")}</p>
        <${F} id="asked-token" label=${n?a("Token"):a("Easel key")} hint=${a("It stays in this tab and is sent only to t\
his Easel.")}
          extra=${n&&u`<a href=${n.tokenUrl} target="_blank" rel="noopener noreferrer">${a("Get a token")} ↗</a>`}>
          <input id="asked-token" type="password" autocomplete="off" spellcheck="false" autofocus aria-describedby="asked-token-hint"
            value=${b.value[e]??""} onInput=${p=>qt(e,p.target.value)} />
        <//>
        <button class="primary large" disabled=${!b.value[e]}>${o?a("Save and generate"):a("Save and try again")}</button>
      </form>
      ${i&&u`
        <p class="or"><span>${a("or")}</span></p>
        <button type="button" class="large free" onClick=${()=>{r(),gs(i,o)}}>
          <${$} name="spark" /> ${a("Generate with {provider}, without a token",{provider:i.name})}</button>`}
      ${n&&u`
        <button type="button" class="quiet" onClick=${()=>ho("access",t,o)}><${$} name="key" /> ${a("I have an Easel key")}</button>`}
    <//>
  `}function gs({id:e},t){let o=C(t[0].provider,t[0].model)?.family,n=pe(e).find(r=>r.family===o)??pe(e)[0],i=t.map(r=>Ie(
n,{...y.value,...r},r.seed??""));Ge(i[0]),De(i)}var ys=500,Qe=v(null),vo=0;async function bs(){vo+=1;let e=vo,t=await $e("/api/key",N()).then(o=>({facts:o}),o=>({error:U(
o)}));e===vo&&(Qe.value=t)}function bi(){let e;G(()=>{let{access:t}=b.value,o=t!==e;if(e=t,co.value.length,vo+=1,o&&(Qe.
value=null),!t)return;let n=setTimeout(bs,ys);return()=>clearTimeout(n)})}var pn=v(null);async function ws(e){e.currentTarget.open&&(pn.value=null,pn.value=await $e("/api/usage",N()).then(t=>({lines:t.
usage}),t=>({error:U(t)})))}function wi(){let{lines:e,error:t}=pn.value??{};return u`
    <details class="usage" onToggle=${ws}>
      <summary>${a("Pictures of the last 30 days")}</summary>
      ${t&&u`<${me} error=${t} />`}
      ${e&&u`<${ks} lines=${e} />`}
    </details>
  `}function ks({lines:e}){let t=e.reduce((o,{awsUsd:n})=>o+n,0);return u`
    <table>
      <tr><th>${a("Day")}</th><th>${a("Model")}</th><th>${a("Pictures")}</th><th>${a("Failed")}</th><th>${a("Price")}</th></tr>
      ${e.map(o=>u`<${xs} ...${o} />`)}
    </table>
    <p class="hint">${a("About {n} US dollars at AWS.",{n:t.toFixed(4)})}</p>
  `}function xs({day:e,provider:t,model:o,outcome:n,pictures:i,price:r,priceUnit:s}){let l=S({provider:t,model:o}),p=s===
"CNY"?a("{n} yuan",{n:r}):a("{n} magicubes",{n:r});return u`
    <tr>
      <td>${e}</td>
      <td>${l.model}<small>${l.provider}</small></td>
      <td>${i}</td>
      <td>${n==="succeeded"?"":n}</td>
      <td>${r&&p}</td>
    </tr>
  `}var Es=()=>[["picturesToday",a("Pictures today")],["picturesThisMonth",a("Pictures this month")],["callsThisMinute",a("C\
alls this minute")],["callsAtOnce",a("Pictures in progress")]];function ki(){if(!Qe.value)return null;let{facts:e,error:t}=Qe.
value;return t?u`<${me} error=${t} />`:u`
    <section class="use" aria-label=${a("Limits of the key")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${a("until {time}",{time:ce(e.expiresAt)})}`:""} · ${e.batches?a("may run b\
atches"):a("may not run batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${a("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${Es().map(([o,n])=>u`<${Ss} key=${o} label=${n} ...${e.use[o]} />`)}
      </dl>
      <${wi} />
      <div class="buttons"><${ao} /></div>
    </section>
  `}function Ss({label:e,used:t,limit:o,resetsAt:n}){let i=o?a("{n} of {all}",{n:t,all:o}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${o>0&&t>=o&&n?`, ${a("available again from {time}",{time:ce(n)})}`:""}
      ${o>0&&u`<progress aria-label=${e} max=${o} value=${Math.min(t,o)}></progress>`}
    </dd>
  `}function xi(){let e=Qe.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:o,resetsAt:n}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${a(
"Pictures left on your key until {time}: {n}",{n:o,time:ce(n)})}</p>`}function Si({onClose:e}){return u`
    <${K} title=${a("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${a("Tokens stay in this tab and are sent only to this Easel, in a header. Easel does not store \
them.")}</p>
        ${g.value.providers.map(t=>u`<${Ei} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} extra=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${a("Get one")}</a>`}
            hint=${ke(t)?a("Required without an Easel key; sent as {header}",{header:t.authHeader}):a("Optional; without\
 one the quota is smaller")} />`)}
        <${Ei} name="access" header="Authorization" label=${a("Easel key")}
          hint=${de()?a("Required here; ask the owner of this Easel"):a("Lets you use the tokens of this Easel, and run \
batches")} />
        <${ki} />
        <label class="check">
          <input type="checkbox" checked=${Fe.value} onChange=${t=>cr(t.target.checked)} />
          <span>${a("Keep them on this device after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${pr}>${a("Forget all")}</button>
          <button class="primary">${a("Done")}</button>
        </div>
      </form>
    <//>
  `}function Ei({name:e,header:t,label:o,hint:n,extra:i}){let r=`token-${e}`,s=l=>{qt(e,l.target.value),_t([t])};return u`
    <${F} id=${r} label=${o} hint=${n} extra=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${b.value[e]??""} onInput=${s} />
    <//>
  `}var Ti=[{id:"curl",name:"curl",write:Os},{id:"python",name:"Python",write:Cs},{id:"openai",name:"OpenAI SDK",write:As,feature:"\
openai"},{id:"javascript",name:"JavaScript",write:Ms}],Oi="your-easel-key";function dn(e){return`your-${e}-token`}function fn(e){
if(Ht(e))return{Authorization:`Bearer ${Oi}`};let{provider:t}=e,o=t===O?ct(e):X(t)?.requiresAuth?[t]:[];return Object.fromEntries(
o.map(n=>[X(n).authHeader,dn(n)]))}function Ts(e){if(Ht(e))return Oi;let{provider:t}=e;return t===O?ct(e).map(o=>`${o}:${dn(
o)}`).join(","):dn(t)}function Os(e,t){let o=r=>`'${r.replaceAll("'","'\\''")}'`,n={...fn(e),"Content-Type":"application\
/json"};return[`curl -L ${o(`${t}/api/generate`)}`,...Object.entries(n).map(([r,s])=>`-H ${o(`${r}: ${s}`)}`),`-d ${o(JSON.
stringify(e))}`].join(` \\
  `)}function $o(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let o=Object.entries(e).map(([n,i])=>`${t}\
    ${JSON.stringify(n)}: ${$o(i,`${t}    `)},
`);return o.length?`{
${o.join("")}${t}}`:"{}"}function Cs(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${$o(fn(e),"    ")},
    json=${$o(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function As(e,t){let{provider:o,model:n,prompt:i,width:r,height:s,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(Ts(e))})
answer = client.images.generate(
    model=${JSON.stringify(`${o}/${n}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${s}",
    extra_body=${$o(l,"    ")},
)
print(answer.data[0].url)
`}function Ms(e,t){let o=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),n={...fn(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${o(n)},
  body: JSON.stringify(${o(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function Ps(e){return e.image?.startsWith("blob:")?{...e,image:"https://example.com/cat.png"}:e}function _o({id:e,request:t}){
let o=Ti.filter(({feature:s})=>!s||Ft(s)),[n,i]=Z(o[0].id),r=o.find(s=>s.id===n).write(Ps(t),location.origin);return u`
    <div class="code">
      <div class="code-head">
        <${ti} id=${e} label=${a("Programming language")} tabs=${o} value=${n} onChoose=${i} />
        <${wt} text=${r} label=${a("Copy")} compact />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${n}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var _e=v(null),Ye=v(null),Ci=e=>!_e.value||e.group===_e.value,Ai=ee(()=>H.value.filter(Ci).reverse()),go=ee(()=>xe.value.
filter(Ci));function Is({prompt:e,seed:t,width:o,height:n}){let i=(r,s)=>/^\d+$/.test(String(r).trim())&&Number(r)<=s;return e.length>
4e3?{code:"INVALID_PROMPT",field:"prompt"}:t!==""&&!i(t,Qt)?{code:"INVALID_PARAMS",field:"seed"}:i(o,1/0)?i(n,1/0)?null:
{code:"INVALID_DIMENSIONS",field:"height"}:{code:"INVALID_DIMENSIONS",field:"width"}}function Mi({values:e,onRefused:t,onClose:o}){
let n=c=>`${c.provider} ${c.id}`,i=g.value.models.filter(c=>oe(c.provider)&&gt(c,e)),[r,s]=Z(()=>new Set(i.map(n))),l=c=>s(
m=>{let h=new Set(m);return h.delete(n(c))||h.add(n(c)),h}),p=()=>{o();let c=Is(e);if(c)return t({...c,asked:e});let m=e.
seed===""?yt():e.seed,h=i.filter(_=>r.has(n(_))),f=zt();Je(h.map(_=>Ie(_,e,m)),{group:f}),_e.value=f,document.querySelector(
".gallery").scrollIntoView()},d=e.prompt.trim();return u`
    <${K} title=${a("One prompt, several models")} onClose=${o}>
      <p class="quote">${d||a("Write a prompt first.")}</p>
      <p class="hint">${a("All use the same seed, and the same size if they support it. Steps and guidance are each mode\
l's defaults. Each picture counts at its provider.")}</p>
      <div class="buttons">
        <button type="button" onClick=${()=>s(new Set(i.map(n)))}>${a("All")}</button>
        <button type="button" onClick=${()=>s(new Set)}>${a("None")}</button>
      </div>
      <div class="models">
        ${g.value.providers.map(c=>u`
          <fieldset key=${c.id}>
            <legend>${c.name}</legend>
            ${oe(c.id)?"":u`<p class="hint">${a("{provider} needs your token.",{provider:c.name})}</p>`}
            ${pe(c.id).filter(m=>gt(m,e)).map(m=>u`
              <label key=${m.id} class="check">
                <input type="checkbox" disabled=${!oe(c.id)} checked=${r.has(n(m))} onChange=${()=>l(m)} />
                <span>${m.name}<small>${Ds(m,e)}</small></span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${o}>${a("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!d} onClick=${p}>${a("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}function Ds(e,t){let{width:o,height:n}=Ie(e,t,0);return[vt(t,{width:o,height:n})?"":`${o} × ${n}`,e.features.seed?"":
a("picks its own seed")].filter(Boolean).join(" · ")}function Pi({model:e}){let{width:t,height:o}=y.value,n=Tr(e).map(m=>({...m,id:m.name,shape:m})),i=n.find(m=>vt(y.value,m)),
r=m=>{let h=n.find(f=>f.id===m);M({width:h.width,height:h.height})},s=re.value,l=s.width??s.height,p=e.sizes.step?a("{mi\
n} to {max} pixels, in steps of {step}",e.sizes):a("{min} to {max} pixels",e.sizes),d=e.sizes.only?a("this model support\
s only these sizes"):p,c=(m,h)=>u`
    <input id=${m} aria-label=${h} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${y.value[m]} readOnly=${!!e.sizes.only} ...${ie("width",s[m],d)}
      onInput=${f=>M({[m]:f.target.value})} />`;return u`
    <${F} id="width" label=${a("Size")} error=${l} extra=${u`
      <span class="hint" id="width-hint">${d}</span>
      <span class="sides">
        ${c("width",a("Width"))}
        <button type="button" class="quiet round" aria-label=${a("Swap width and height")} title=${a("Swap width and hei\
ght")}
          onClick=${()=>M({width:o,height:t})}><${$} name="swap" /></button>
        ${c("height",a("Height"))}
      </span>`}>
      <${ro} name="ratio" label=${a("Aspect ratio")} options=${n} value=${i?.id} onChoose=${r} className="shapes" />
    <//>
  `}var mn=v(!1),hn=v(!1);function Di(){let e=y.value,t=C(e.provider,e.model),o=re.value;Q(()=>{document.querySelector(".req\
uest [aria-invalid]")?.focus()},[Object.keys(o).join()]);let n=r=>{r?.preventDefault(),De(Xt(e))};return u`
    <form class="request" onSubmit=${n} onKeyDown=${r=>{r.key==="Enter"&&(r.ctrlKey||r.metaKey)&&n(r)}} noValidate aria-label=${a(
"Picture")}>
      <${Ns} model=${t} />
      <${Ls} model=${t} />
      <${Pi} model=${t} />
      <div class="knobs">
        <${Ii} name="steps" whole=${!t.features.guidanceScale} label=${a("Steps")} limits=${t.features.steps} step="1" />
        ${t.features.guidanceScale&&u`<${Ii} name="guidanceScale" label=${a("Guidance")} limits=${t.features.guidanceScale} except=${Yo(
t,"guidanceScale")} step="0.1" />`}
        <${Us} />
        <${js} />
        ${ht().map(r=>u`<${zs} key=${r.name} field=${r} />`)}
        ${Me(t)&&u`<p class="hint whole">${a("If the chosen model does not support a value, the nearest one is used, wit\
h a note.")}</p>`}
      </div>
      <div class="go">
        <${xi} />
        <div class="buttons">
          <button type="submit" class="primary" title="Ctrl + ↵">${a("Generate")}</button>
          <button type="button" onClick=${()=>{mn.value=!0}}><${$} name="grid" /> ${a("Compare models")}</button>
          <button type="button" onClick=${()=>{hn.value=!0}}><${$} name="code" /> ${a("Code")}</button>
        </div>
      </div>
      ${hn.value&&u`
        <${K} title=${a("Code of this call")} onClose=${()=>{hn.value=!1}}><${_o} id="form-code" request=${Yt(e)} /><//>`}
      ${mn.value&&u`<${Mi} values=${e} onRefused=${mo} onClose=${()=>{mn.value=!1}} />`}
    </form>
  `}function Ns({model:e}){let{prompt:t,negativePrompt:o}=y.value,n=re.value;return u`
    <${F} id="prompt" label=${a("Prompt")} error=${n.prompt} extra=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows=${e.features.edits?2:3} value=${t} placeholder=${a("What should be in the picture?")} ...${ie(
"prompt",n.prompt)}
        onInput=${i=>M({prompt:i.target.value})}></textarea>
    <//>
    <div class="pair">
      <${ui} model=${e} />
      ${e.features.negativePrompt&&u`
        <${F} id="negativePrompt" label=${a("Negative prompt")} error=${n.negativePrompt} extra=${u`<span class="hint">${Yo(
e,"negativePrompt")}</span>`}>
          <textarea id="negativePrompt" rows="1" value=${o} placeholder=${a("low quality, blurry")} ...${ie("negativePro\
mpt",n.negativePrompt)}
            onInput=${i=>M({negativePrompt:i.target.value})}></textarea>
        <//>`}
    </div>
  `}function Rs(e){return g.value.emulated.includes(e.id)?a("emulated"):de()&&!b.value.access?a("needs an Easel key"):b.
value[e.id]?a("your token"):b.value.access?a("your Easel key"):ke(e)?a("needs a token"):a("no token needed")}function Ls({
model:e}){let t=re.value,o=Me(e)?[]:Bt(e).map(d=>S({provider:d.provider}).provider),i=[a("usually {time}",{time:ue(e.typicalSeconds)}),
o.length?a("also at {providers}",{providers:o.join(", ")}):"",e.features.seed?"":a("picks its own seed")].filter(Boolean).
join(" · "),r=Kt(),s=r.length||Me(e)?[{id:O,name:S({provider:O}).provider,note:a("the first that accepts"),whole:!0}]:[],
l=g.value.providers.map(d=>({id:d.id,name:d.name,note:Rs(d)})),p=Me(e)?g.value.families.filter(d=>r.includes(d)||d===e):
pe(e.provider);return u`
    <${ro} name="provider" label=${a("Provider")} options=${[...l,...s]} value=${e.provider} onChoose=${Pr} className="providers" />
    <${F} id="model" label=${a("Model")} error=${t.model??t.provider} extra=${u`<span class="hint" id="model-hint">${i}</span>`}>
      <select id="model" value=${e.id} ...${ie("model",t.model,i)}
        onChange=${d=>Pe(C(e.provider,d.target.value))}>
        ${p.map(d=>u`<option key=${d.id} value=${d.id} selected=${d.id===e.id}>${d.name}</option>`)}
      </select>
      ${Me(e)&&u`<p class="hint">${xr(e)}</p>`}
    <//>
  `}function Ii({name:e,label:t,limits:o,step:n,whole:i,except:r}){let s=y.value[e],l=re.value[e],p=d=>M({[e]:d.target.value});
return u`
    <${F} id=${e} label=${t} error=${l} className=${i?"whole":""} hint=${r} extra=${u`<span class="hint">${o.min} – ${o.
max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${a("{label}, slider",{label:t})} min=${o.min} max=${o.max} step=${n} value=${s} onInput=${p} />
        <input id=${e} type="number" inputmode="decimal" placeholder=${a("default")} min=${o.min} max=${o.max} step=${n} value=${s} onInput=${p} ...${ie(
e,l,r)} />
      </div>
    <//>
  `}function Us(){let{seed:e}=y.value,t=re.value.seed,o=e!=="";return u`
    <${F} id="seed" label=${a("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${a("random")} ...${ie("seed",t)}
          onInput=${n=>M({seed:n.target.value})} />
        <button type="button" class="quiet round" aria-label=${a("Random seed")} title=${a("Random seed")} onClick=${()=>M(
{seed:yt()})}><${$} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(o)} aria-label=${a("Keep the seed")} title=${a("\
Keep the seed")}
          onClick=${()=>M({seed:o?"":yt()})}><${$} name=${o?"locked":"open"} /></button>
      </div>
    <//>
  `}function js(){return u`
    <${F} id="count" label=${a("Pictures")}>
      <select id="count" value=${y.value.count} onChange=${e=>M({count:Number(e.target.value)})}>
        ${Array.from({length:Cr},(e,t)=>u`<option key=${t} value=${t+1} selected=${y.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function zs({field:e}){let{name:t,description:o}=e,n=y.value[t]??"",i=re.value[t],r={id:t,...ie(t,i,o)},s=d=>M({[t]:d.
target.value}),l=String(e.default??""),p=n===""?e.default===!0:n;return u`
    <${F} id=${t} label=${Sr(e)} error=${i} hint=${o}>
      ${e.enum?u`
        <select ...${r} value=${n} onChange=${s}>
          <option value="">${l}</option>
          ${e.enum.filter(d=>d!==l).map(d=>u`<option key=${d} value=${d} selected=${d===n}>${d}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${p} onChange=${d=>M({[t]:d.target.checked})} />`:u`
        <input ...${r} type=${Jt(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${n} onInput=${s} />`}
    <//>
  `}var Fs=()=>[a("a paper boat on a quiet lake at dawn"),a("a lighthouse in a storm, oil painting"),a("a rainy city street \
at night, neon signs"),a("a fox asleep in a snowy forest"),a("an astronaut resting on the moon"),a("mountains above the \
clouds, ink wash")];function Ni(){let e=t=>{M({prompt:t}),De(Xt(y.value))};return u`
    <div class="empty">
      <h2>${a("Describe what you want to see.")}</h2>
      <p>${a("Write a prompt, or click an example to generate it.")}</p>
      <ul class="samples">
        ${Fs().map((t,o)=>u`
          <li key=${o}><button type="button" class="sample" onClick=${()=>e(t)}><span class=${`sample-picture at-${o}`}></span><span>${t}</span></button></li>`)}
      </ul>
      <p class="hint">${a("The samples come from Easel's own emulator. Your pictures stay in this browser.")}</p>
    </div>
  `}function Xe({tried:e}){return e?.length?u`<ul class="left">${e.map(t=>u`<li key=${t.provider} class="hint" title=${t.message}>${Er(
t)}</li>`)}</ul>`:null}function Bs(e){return["width","height","size"].includes(e)?a("Pick another size"):{prompt:a("Edit the prompt"),model:a("\
Choose another model")}[e]??a("Change it")}function qs(e,t){Ge(e.asked),ae(e.key),requestAnimationFrame(()=>{let o=document.
getElementById(t)??document.getElementById("prompt");o.focus(),o.scrollIntoView({block:"center"})})}function Hs(e,t){let{
asked:o,group:n,place:i}=e;De([Ie(t,{...y.value,...o},o.seed??"")],{group:n,place:i}),ae(e.key)}function Ri({job:e}){let{
error:t,key:o,asked:n}=e,i=Dr(t),r=eo(t),s=n.provider===O?t.provider:n.provider,[l,p]=t.field==="Authorization"||!s?["ac\
cess",a("Enter the key")]:[s,a("Enter a token")];return u`
    <p class="error">${ne(t)}</p>
    ${r&&u`<p class="hint">${r}</p>`}
    <${Xe} tried=${t.tried} />
    <div class="buttons">
      ${i.token&&u`<button type="button" onClick=${()=>ho(l,()=>cn(o))}><${$} name="key" /> ${p}</button>`}
      ${i.edit&&!n.url&&u`<button type="button" onClick=${()=>qs(e,i.edit)}>${Bs(i.edit)}</button>`}
      ${i.again&&u`<button type="button" onClick=${()=>cn(o)}><${$} name="again" /> ${a("Try again")}</button>`}
      ${i.elsewhere.map(d=>u`
        <button key=${d.provider} type="button" onClick=${()=>Hs(e,d)}>${a("Use {provider}",S({provider:d.provider}))}</button>`)}
      <button type="button" class="quiet round dismiss" aria-label=${a("Dismiss")} title=${a("Dismiss")} onClick=${()=>ae(
o)}><${$} name="close" /></button>
    </div>
    <details class="why"><summary><code>${t.code}</code></summary><p class="hint" lang="en">${t.message}</p></details>
  `}var Ui=v(Date.now()),Li;G(()=>{clearInterval(Li),co.value.length&&(Li=setInterval(()=>{Ui.value=Date.now()},500))});function ji({
job:e}){let t=S(e.asked),o=e.asked.scale?a("Upscaling"):t.model;return u`
    <article class=${`job ${e.state}`} aria-label=${`${o}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${o}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${Ri} job=${e} />`:u`<${Gs} job=${e} />`}
      </div>
    </article>
  `}function Gs({job:e}){let{text:t,share:o}=Ws(e,Ui.value);return u`
    <${Xe} tried=${e.tried} />
    <p class="state">${t}</p>
    <progress aria-label=${a("Progress")} ...${o===null?{}:{value:o,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${a("It has already started, so the provider will finish it.")}</p>
          <button type="button" class="quiet" onClick=${()=>ae(e.key)}>${a("Stop waiting")}</button>`:u`<button type="button" class="quiet" onClick=${()=>gi(
e.key)}>${a("Cancel")}</button>`}
  `}function Ws(e,t){let{queuePosition:o,etaSeconds:n,percent:i}=e.progress??{},r=n===void 0?"":a("about {time} left",{time:ue(
n)});if(i!==void 0)return{text:vn(`${i} %`,r),share:i/100};if(o!==void 0)return{text:vn(a("in the provider's queue: {n}",
{n:o}),r),share:null};if(e.state==="waiting")return{text:a("waiting to be sent"),share:null};let s=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:a("submitted"),share:null};let l=C(e.asked.provider,e.asked.model)?.typicalSeconds??
20,p=a("{time}, usually {usual}",{time:ue(s),usual:ue(l)});return{text:vn(p,r),share:Math.min(.95,s/l)}}function vn(...e){
return e.filter(Boolean).join(" · ")}var $n=v(!1),zi=60,_n=v(zi);function Fi(){let e=go.value,t=Ai.value,o=_e.value,n=[...t,...e.slice(0,_n.value)];o&&n.sort(
(r,s)=>r.place-s.place);let i=()=>Wt(e.map(r=>r.id));return u`
    <section class="gallery" aria-label=${a("Pictures")}>
      <${Qs} />
      <div class="gallery-head">
        <h2 class=${n.length?"":"hidden"}>${o?a("Comparison"):a("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${o&&u`<button type="button" onClick=${()=>{_e.value=null}}><${$} name="back" /> ${a("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>wr(e)}><${$} name="download" /> ${a("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{$n.value=!0}}><${$} name="trash" /> ${a("Remove all")}</button>`}
        </div>
      </div>
      ${ft.value&&u`<p class="notice">${a(ft.value)}</p>`}
      ${!e.length&&!t.length&&u`<${Ni} />`}
      <ul class=${`grid rows ${o?"comparing":""}`}>
        ${n.map(r=>u`<${Ks} key=${r.key??r.id} entry=${r} />`)}
      </ul>
      ${e.length>_n.value&&u`
        <button type="button" class="more" onClick=${()=>{_n.value+=zi}}>${a("Show more")}</button>`}
      ${$n.value&&u`
        <${ei} title=${a("Remove all pictures?")} yes=${a("Remove")} onYes=${i} onClose=${()=>{$n.value=!1}}
          text=${a("{n} pictures will be removed from this browser. Their links keep working until the deployment remove\
s them.",{n:e.length})} />`}
    </section>
  `}function Vs(e,t){return Math.min(2.4,Math.max(.5,e/t||1))}function Ks({entry:e}){let{details:t,asked:o}=e,[n,i]=t?t.
dimensions.split(" x ").map(parseFloat):[o.width,o.height];return u`
    <li class=${e.state?"under-way":""} style=${{"--ratio":Vs(n,i)}}>
      ${e.state?u`<${ji} job=${e} />`:u`<${Js} picture=${e} width=${n} height=${i} />`}
    </li>
  `}function Js({picture:e,width:t,height:o}){let{details:n,asked:i}=e;return u`
    <button type="button" class="tile" onClick=${()=>{Ye.value=e.id}}>
      <img src=${qe(e)} alt=${i.prompt??""} width=${t} height=${o} loading="lazy" decoding="async" />
      <span class="which">${n.model}<small>${n.provider}</small></span>
      <span class="caption"><span class="prompt">${i.prompt}</span><span><b>${n.model}</b> <span>${n.provider} · ${ze(n.
duration)}</span></span></span>
    </button>
  `}function Qs(){let{emulated:e,localKey:t,providers:o}=g.value;if(!e.length)return null;let n=e.length===o.length,i=e.
map(s=>S({provider:s}).provider).join(", "),r=n?a("Pictures are emulated here: no provider is called, nothing is charged\
, and any token works."):a("Emulated here, so any token works: {names}.",{names:i});return u`<p class="emulated"><${$} name="spark" /> <span>${je(
r,t&&b.value.access===t&&a("Tokens are filled in."))}</span></p>`}function Bi(){let e=go.value,t=e.findIndex(n=>n.id===Ye.value);if(t<0)return null;let o=n=>{e[n]&&(Ye.value=e[n].id)};return u`<${Ys} key="viewer" picture=${e[t]} onStep=${n=>o(
t+n)} first=${t===0} last=${t===e.length-1} />`}function Ys({picture:e,onStep:t,first:o,last:n}){let[i,r]=Z(!1);Q(()=>r(
!1),[e.id]),Q(()=>{let d=c=>{c.target.closest("input, textarea, select, [role=tablist], pre")||(c.key==="ArrowRight"&&t(
1),c.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",d),()=>document.removeEventListener("keydown",
d)});let s=()=>{Ye.value=null},{asked:l,details:p}=e;return u`
    <${K} title=${`${p.model}, ${p.provider}`} className="viewer" onClose=${s}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${a("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${qe(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${a("Other pictures")}>
            <button type="button" class="quiet round" disabled=${o} aria-label=${a("Newer picture")} onClick=${()=>t(-1)}><${$} name="back" /></button>
            <button type="button" class="quiet round" disabled=${n} aria-label=${a("Older picture")} onClick=${()=>t(1)}><${$} name="arrow" /></button>
          </nav>
          <${Xs} picture=${e} close=${s} />
          <${Zs} picture=${e} />
          ${l.scale?null:u`<h3>${a("Code")}</h3><${_o} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function Xs({picture:e,close:t}){let{asked:o,details:n}=e,i={...o,seed:n.seed},{seed:r,...s}=o,l=p=>()=>{t(),p()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>br(e)}><${$} name="download" /> ${a("Download")}</button>
      ${o.scale?null:u`
        <button type="button" onClick=${l(()=>Ge(i))}><${$} name="again" /> ${a("Use these settings")}</button>
        <button type="button" onClick=${l(()=>Je([s]))}><${$} name="vary" /> ${a("Vary the seed")}</button>`}
      ${[2,4].map(p=>u`
        <button key=${p} type="button" onClick=${l(()=>vi(e,p))}><${$} name="enlarge" /> ${a("Upscale {scale}×",{scale:p})}</button>`)}
      ${pi()&&u`<button type="button" onClick=${l(()=>fi(e))}><${$} name="brush" /> ${a("Use this picture")}</button>`}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{_e.value=e.group})}><${$} name="grid" /> ${a("Show the comparison")}</button>`}
      <${wt} text=${new URL(le(e.url),location.href).href} label=${a("Copy link")} />
      <${wt} text=${JSON.stringify(Qo(e),null,2)} label=${a("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>Wt([e.id]))}><${$} name="trash" /> ${a("Remove")}</button>
    </div>
  `}function Zs({picture:e}){let{asked:t,details:o,format:n,warnings:i,tried:r}=e,s=t.width?`${t.width} x ${t.height}`:"",
l=[...t.provider===O?[[a("Provider"),S(t).provider,o.provider]]:[],[a("Size"),s,o.dimensions],[a("Seed"),t.seed??a("rand\
om"),o.seed],[a("Steps"),t.steps??"",o.steps],[a("Guidance"),t.guidanceScale??"",""],[a("Time"),"",ze(o.duration)],[a("F\
ormat"),"",n]],p=t.scale?[[a("Scale"),`${t.scale}×`,o.dimensions],...l.slice(4)]:l;return u`
    <p class="quote">${t.prompt}</p>
    ${t.negativePrompt&&u`<p class="hint">${a("Negative prompt")}: ${t.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${a("Requested")}</th><th scope="col">${a("Result")}</th></tr></thead>
      <tbody>
        ${p.filter(([,d,c])=>d!==""||c!=="").map(([d,c,m])=>u`<tr key=${d}><th scope="row">${d}</th><td>${c}</td><td>${m}</td></tr>`)}
      </tbody>
    </table>
    <${Xe} tried=${r} />
    ${i.length>0&&u`<ul class="warnings">${i.map(d=>u`<li key=${d}>${so(d)}</li>`)}</ul>`}
  `}var yo=v(location.hash==="#batches"?"batches":"pictures"),gn=v(!1),qi=v(!1);window.addEventListener("hashchange",()=>{yo.
value=location.hash==="#batches"?"batches":"pictures"});function el(){if(Q(()=>{document.title=yo.value==="batches"?`${a(
"Batches")} · Easel`:"Easel"}),ut.value)return u`<${ol} />`;if(!qi.value)return u`<p class="loading" role="status">${a(
"Loading…")}</p>`;let e=()=>{gn.value=!0};return u`
    <${tl} onTokens=${e} />
    <main>
      ${yo.value==="batches"?u`<${ai} onTokens=${e} />`:u`<div class="pictures"><${Di} /><${Fi} /></div>`}
    </main>
    <p class="hidden" role="status">${po.value}</p>
    <${Bi} />
    <${yi} />
    ${gn.value&&u`<${Si} onClose=${()=>{gn.value=!1}} />`}
    <${ni} />
  `}function tl({onTokens:e}){let t=(n,i,r)=>u`<a href=${i} aria-current=${yo.value===n?"page":void 0}>${r}</a>`,o=te.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${a("Views")}>
        ${t("pictures","#",a("Pictures"))}
        ${Ft("batches")&&t("batches","#batches",a("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${$} name="key" /> <span class="wide">${a("Tokens")}</span><span class="hidden narrow">${a(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${o.lang} onClick=${()=>ar(o.id)}>${o.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(we.value)} aria-label=${a("Dark")} onClick=${or}><${$} name=${we.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function ol(){return u`
    <main class="empty" role="alert">
      <p>${ne(U(ut.value))}</p>
      <button type="button" class="primary" onClick=${Hi}>${a("Try again")}</button>
    </main>
  `}async function Hi(){await Promise.all([sr(),vr()]),g.value&&(ur(),Mr(),qi.value=!0,hi(),Ur(),bi())}In(u`<${el} />`,document.
getElementById("app"));Hi();
